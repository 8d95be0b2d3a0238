# Open vocabulary: tokenizer, class names, text tower, class tables, OpenCLIP backbones.
fs2_test(clip_tokenizer_test LIBS fs2_model fs2_json)
if(FS2_TORCH)
  fs2_test(openclip_test LIBS fs2_model fs2_torch fs2_json)
endif()
