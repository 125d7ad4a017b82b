package io.roundhouse.node;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.roundhouse.gateway.Gateway;

/** What Prometheus is told of a server. */
final class ServerMetrics {
  private ServerMetrics() {}

  /** Those of the gateway and of the JVM. */
  @SuppressWarnings("resource") // it listens as long as the process lives
  static void of(Gateway gateway, MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    Gauge.builder("roundhouse.gateway.connections", gateway, it -> it.status().connected().size())
        .description("open connections of sites and operators")
        .register(registry);
    Gauge.builder("roundhouse.gateway.sites", gateway, it -> it.status().seen().size())
        .description("sites that were here since the start")
        .register(registry);
    Gauge.builder("roundhouse.gateway.polls.forwarded", gateway, it -> it.status().forwardedPolls())
        .description("polls that wait at Temporal")
        .register(registry);
    Gauge.builder("roundhouse.gateway.polls.held", gateway, it -> it.status().heldPolls())
        .description("polls that wait at the gateway")
        .register(registry);
  }
}
