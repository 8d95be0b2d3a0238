<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>fs2::ClipSession</name>
    <message numerus="yes">
        <source>%n frame(s) could not be decoded and were left out.</source>
        <translation>
            <numerusform>%n frame could not be decoded and was left out.</numerusform>
            <numerusform>%n frames could not be decoded and were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::ItemDelegate</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n frame</numerusform>
            <numerusform>%n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::ItemPanel</name>
    <message numerus="yes">
        <source>Tags of %n image(s), with commas between:</source>
        <translation>
            <numerusform>Tags of %n image, with commas between:</numerusform>
            <numerusform>Tags of %n images, with commas between:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::MemoryPanel</name>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n frame</numerusform>
            <numerusform>%n frames</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::ObjectPanel</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform>
            <numerusform>%n objects</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>fs2::Session</name>
    <message numerus="yes">
        <source>%n object(s) found: accept or drop them.</source>
        <translation>
            <numerusform>%n object found: accept or drop it.</numerusform>
            <numerusform>%n objects found: accept or drop them.</numerusform>
        </translation>
    </message>
</context>
</TS>
