#!/usr/bin/env python3
"""Makes tests/golden/openclip/tokens.json: texts and the ids that open_clip's SimpleTokenizer gives them.

Versions: Python 3.11, open_clip_torch 3.3.0, ftfy 6.3.1, regex 2026.11.15, torch 2.11.0.
Usage: python tests/golden/make_openclip_tokens.py OUT.json"""
import json
import random
import sys

import ftfy.badness
from open_clip.tokenizer import SimpleTokenizer

PLAIN = ["", " ", "a", "cat", "a photo of a cat.", "A Photo Of A CAT.", "hello   world", "\tindented\nlines\r\nmore\rend",
         "don't you've we'll I'm he'd they're it's DON'T YOU'VE 'S 'T'Re", "'s", "''s", "rock'n'roll o'clock d'artagnan",
         "3.14159 2024-01-02 1,000,000 50% x2 4x4 mp3 covid19", "½ ² ³ ¼ ① Ⅷ ٣ ४ 五 〇 𝟘", "a_b__c snake_case", "#hashtag @user",
         "e-mail: a.b@c.org; http://example.org/?q=1&r=2#x", "C++ C# .NET F# <b>bold</b> &amp; more", "\"quoted\" (bracketed) [x] {y}",
         "$100 €200 £300 ¥400", "!!! ??? ... --- ___ ===", "<start_of_text>", "<end_of_text>", "a<start_of_text>b", "x <END_OF_TEXT> y",
         "< start_of_text >", "<start_of_text><end_of_text>", "supercalifragilisticexpialidocious", "antidisestablishmentarianism",
         "pneumonoultramicroscopicsilicovolcanoconiosis", "zzzzzzzzzzzzzzzz", "aAaAaAaA", "a b c d e f g", "\\n \\t \\\\ /"]
CLASSES = ["person", "cell phone", "wall-other-merged", "t-shirt", "bald_eagle_or_american_eagle", "tv/monitor", "crêpe", "jalapeño",
           "a photo of a small dining table.", "This is a photo of a large potted plant.", "There is the traffic light in the scene",
           "There is a medium fire hydrant in the scene.", "rubber_duck", "Dutch oven", "first-aid kit", "ice-cream"]
SCRIPTS = ["一只猫在沙发上", "红色的汽车", "犬と猫", "ひらがな カタカナ ｶﾀｶﾅ 漢字", "고양이 두 마리", "кошка на диване", "ЁЛКА Ёлка ёлка", "Ελληνικά ΟΔΥΣΣΕΥΣ ΣΑΣ Σ",
           "ΑΣ. ΑΣ' ΑΣ-Α Α Σ", "قطة على الأريكة", "حَرَكَات", "חתול על הספה", "שָׁלוֹם", "बिल्ली सोफे पर", "নমস্কার বিশ্ব", "பூனை", "ಬೆಕ್ಕು", "పిల్లి", "പൂച്ച",
           "แมวบนโซฟา", "ແມວ", "ខ្មែរ", "မြန်မာ", "ქართული ᲥᲐᲠᲗᲣᲚᲘ", "Հայերեն", "አማርኛ", "ᏣᎳᎩ ꮳꮃꭹ", "ᓄᓇᕗᑦ", "ⲘⲉⲧⲢⲉⲙ̀ⲛⲭⲏⲙⲓ", "𐐔𐐯𐑅𐐨𐑉𐐯𐐻", "𝓗𝓮𝓵𝓵𝓸 𝔘𝔫𝔦", "ﷺ", "ཁྱེད་རང", "ᠮᠣᠩᠭᠣᠯ", "සිංහල",
           "Tiếng Việt: con mèo", "İstanbul ISPARTA ıIiİ", "Straße STRASSE ẞ", "Ærøskøbing Ångström ÅÄÖ", "naïve façade déjà vu œuvre", "Łódź Żółć gęślą jaźń",
           "příliš žluťoučký kůň", "Ðe Þorn ðþ", "ǅungla ǈ ǋ ǲ Ǆ", "ĳsberg Ĳ ŉ", "ﬁre ﬂame ﬀ ﬃ ﬄ ﬅ ﬆ", "ſ 'ſ long'ſ", "K Å Ω", "ΰ ΐ ᾳ ͅ α\u0345 !\u0345!", "Ⰰⰰ Ꙁꙁ ꚠ", "Ⅳ ⅳ Ⓐ ⓐ"]
SPACES = ["no\u00a0break", "thin\u2009space", "zero\u200bwidth", "zwj\u200djoin \u200c", "ideographic\u3000space", "\u2003em\u2002en", "line\u2028sep\u2029para",
          "nel\u0085next", "vt\x0bff\x0cfs\x1cgs\x1drs\x1eus\x1fend", "  lead and trail  ", "\ufeffbom", "soft\u00adhyphen", "ogham\u1680mark", "mongolian\u180evowel",
          "narrow\u202fspace math\u205fspace", "word\u2060joiner", "tab\t\ttab", "\n\n\n", "null\x00in\x01text\x7f", "\u200e\u200frtl\u202e marks", "a\u3000\u3000b"]
EMOJI = ["😀", "🐱 cat 🐶 dog", "👨‍👩‍👧‍👦 family", "👍🏽 thumbs", "🇩🇪🇯🇵 flags", "❤️ heart ❤", "1️⃣2️⃣ keycaps", "☕️🍕🎉🎉🎉", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑🏿‍🚀✨", "¯\\_(ツ)_/¯", "ʕ•ᴥ•ʔ", "(╯°□°)╯ ┻━┻"]
HTML = ["fish &amp; chips", "&lt;tag&gt;", "&amp;amp;", "&amp;amp;amp;amp;", "&eacute;clair &Eacute;", "P&EACUTE;REZ", "BUNDESSTRA&SZLIG;E", "&nbsp;x&nbsp;", "&#233; &#xE9; &#XE9",
        "&#0; &#x80; &#150; &#128; &#129; &#1; &#xFFFF; &#xD800; &#x110000; &#99999999999999999999;", "&notit; &notin; &not", "&AMP &amp &ampx", "AT&T R&D a&b;c", "&unknown; &;", "& alone &", "&#; &#x; &#xg;", "&hearts; &copy;2024 &reg &trade;",
        "&NotEqualTilde; &bne; &fjlig; &FFILIG;", "<p>&eacute;</p>", "<b>\nline &eacute;", "&eacute;\n<b>&eacute;</b>\n&eacute;", "&quot;hi&quot; &apos;s &#39;s it&#39;s", "&lt;start_of_text&gt;", "&zwj;&ZWJ;", "&#59; &#38;amp; &#38;#38;amp;",
        "&CounterClockwiseContourIntegral;", "&thisnameislongerthanthirtytwocharactersreally;", "a&#13;b&#10;c", "&Abreve; &ABREVE;"]
FIXED = ["“curly” ‘quotes’ ‛x‟ ʼy don’t it’s", "ＦＵＬＬ　ｗｉｄｔｈ １２３！？", "ﾊﾝｶｸ ﾞ ﾟ ｶﾞ", "￠￡￢￣￤￥￦ ￨￩￪￫￬￭￮", "ﾡﾢ ﾾ ￂￃ", "\x1b[31mred\x1b[0m \x1b[1;32mx \x1b[ y \x1b]z", "c1 \x80 control", "\u206a\u206f\ufff9\ufffa\ufffb\ufffc\ufffd",
         "e\u0301 E\u0301 a\u0308\u0323 a\u0323\u0308", "\u1112\u1161\u11ab\u1100\u1173\u11af", "q\u0307\u0323 \u0344 \u0958 \u2126", "\u0b92\u0bd7 \u0cc6\u0cc2\u0cd5", "\u1e9b\u0323", "\u0915\u093c \u09c7\u09be", "\U0001d15e \U000110ab",
         "x\u0338= =\u0338 <\u0338", "…—–·•«»‹›„‚", "Ａ＆ａｍｐ；Ｂ", "ＡＭＰ＜ｂ＞", "İ̇ I\u0307", "ﬃ\u0301"]
LONG = ["the quick brown fox jumps over the lazy dog " * 20, "猫" * 200, "a" * 500, "ab" * 300, "🐱" * 100, "word " * 76, "word " * 75, "word " * 74, "x " * 75 + "end", "9" * 100, "!" * 300,
        " ".join(f"n{i}" for i in range(200)), "Ünïcödé " * 40]


def random_texts(count):
    r = random.Random(7)
    spans = [(0x20, 0x7E), (0xA0, 0x17F), (0x370, 0x3FF), (0x400, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0xFFF), (0x1100, 0x11FF), (0x1E00, 0x20CF),
             (0x2100, 0x27BF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFFFD), (0x10000, 0x10FFF), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF),
             (0x300, 0x36F), (0x2C00, 0x2DFF), (0xA640, 0xABFF), (0x10FFF0, 0x10FFFF)]
    out = []
    while len(out) < count:
        some = r.sample(spans, r.randint(1, 4)) + [(0x20, 0x7E), (0x61, 0x7A)]
        text = "".join(chr(r.randint(*r.choice(some))) for _ in range(r.randint(1, 40)))
        # What ftfy takes for text decoded with a wrong encoding is left to it.
        if not ftfy.badness.is_bad(text):
            out.append(text)
    return out


def main():
    tokenizer = SimpleTokenizer()
    texts = PLAIN + CLASSES + SCRIPTS + SPACES + EMOJI + HTML + FIXED + LONG + random_texts(250)
    rows = tokenizer(texts)
    assert rows.shape[1] == 77
    out = []
    for text, row in zip(texts, rows.tolist()):
        while row and row[-1] == 0:
            row.pop()
        out.append({"text": text, "ids": row})
    with open(sys.argv[1], "w", encoding="utf-8") as f:
        f.write("[\n" + ",\n".join(json.dumps(o, separators=(",", ":")) for o in out) + "\n]\n")
    print(len(out), "texts;", sum(ftfy.badness.is_bad(t) for t in texts), "look like a wrong encoding")


main()
