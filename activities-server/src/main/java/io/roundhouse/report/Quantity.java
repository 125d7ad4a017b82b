package io.roundhouse.report;

import io.roundhouse.domain.Metrics;

/** What a learning curve shows. */
enum Quantity {
  ACCURACY("Accuracy") {
    @Override
    double of(Metrics metrics) {
      return metrics.accuracy();
    }

    @Override
    String write(double value) {
      return Numbers.percent(value);
    }

    @Override
    Scale scale(double low, double high) {
      return Scale.share(low, high, 5);
    }

    @Override
    String tick(double value, Scale scale) {
      return Numbers.percent(value, Math.max(0, scale.decimals() - 2));
    }
  },
  LOSS("Loss") {
    @Override
    double of(Metrics metrics) {
      return metrics.loss();
    }

    @Override
    String write(double value) {
      return Numbers.decimal(value);
    }

    @Override
    Scale scale(double low, double high) {
      return Scale.covering(low, high, 5);
    }

    @Override
    String tick(double value, Scale scale) {
      return Math.abs(value) < 1e5
          ? Numbers.fixed(value, Math.min(4, scale.decimals()))
          : Numbers.decimal(value);
    }
  };

  private final String title;

  Quantity(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  abstract double of(Metrics metrics);

  abstract String write(double value);

  abstract Scale scale(double low, double high);

  abstract String tick(double value, Scale scale);
}
