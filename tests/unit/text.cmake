# Open vocabulary: tokenizer, class names, text tower, class tables, OpenCLIP backbones.
fs2_test(clip_tokenizer_test LIBS fs2_model fs2_json)
