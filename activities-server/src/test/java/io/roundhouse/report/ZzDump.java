package io.roundhouse.report;

import java.nio.file.*;
import org.junit.jupiter.api.Test;

class ZzDump {
  @Test
  void dump() throws Exception {
    Path out = Path.of("/tmp/report");
    int[][] sizes = {{20, 8}, {2000, 8}, {60, 200}, {1, 3}, {0, 3}};
    for (int n = 0; n < 3; n++)
      for (int[] s : sizes) {
        JobRecord r =
            s[0] == 1
                ? SampleJob.running(1, 3, 7)
                : s[0] == 0
                    ? new JobRecord(
                        SampleJob.JOB,
                        SampleJob.spec(3),
                        java.util.Map.of(),
                        java.util.List.of(),
                        java.util.Optional.empty())
                    : SampleJob.completed(s[0], s[1], 7);
        long t = System.nanoTime();
        byte[] html = HtmlReport.write(r);
        long u = System.nanoTime();
        byte[] ev = TensorBoardEvents.write(r);
        byte[] csv = MetricsCsv.write(r);
        System.out.printf(
            "DUMP %d x %d: %,d bytes %d ms; events %,d csv %,d %d ms%n",
            s[0],
            s[1],
            html.length,
            (u - t) / 1000000,
            ev.length,
            csv.length,
            (System.nanoTime() - u) / 1000000);
        Files.write(out.resolve("sample-" + s[0] + "x" + s[1] + ".html"), html);
        Path d = Files.createDirectories(out.resolve("tb-" + s[0] + "x" + s[1]));
        Files.write(d.resolve("events.out.tfevents.1.roundhouse"), ev);
        Files.write(d.resolve("metrics.csv"), csv);
      }
  }
}
