# The document: history, edits, overlap rules, item models.
fs2_test(document_test LIBS fs2_document)
fs2_test(document_models_test LIBS fs2_document)
