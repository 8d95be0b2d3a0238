fs2_test(metrics_test LIBS fs2_metrics)
