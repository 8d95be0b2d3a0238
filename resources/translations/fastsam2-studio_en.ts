<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>fs2::ItemPanel</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform><numerusform>%n objects</numerusform></translation>
    </message>
</context>
<context>
    <name>fs2::ObjectPanel</name>
    <message numerus="yes">
        <source>%n object(s)</source>
        <translation>
            <numerusform>%n object</numerusform><numerusform>%n objects</numerusform></translation>
    </message>
</context>
</TS>
