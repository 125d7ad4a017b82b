package io.roundhouse.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.roundhouse.domain.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where a chain of lines stands.
 *
 * @param number of the next line, from 1
 * @param previous SHA-256 of the last line, without its line feed
 */
record AuditChain(long number, String previous) {
  static final AuditChain START = new AuditChain(1, "0".repeat(64));

  private static final ObjectMapper JSON = new ObjectMapper();

  /** After the last whole line of the newest file that has one. */
  static AuditChain atEndOf(List<AuditFile> files) throws IOException {
    for (int i = files.size() - 1; i >= 0; i--) {
      Optional<String> last = lastLine(files.get(i));
      if (last.isPresent()) {
        byte[] line = last.get().getBytes(UTF_8);
        return numberOf(last.get()).map(n -> new AuditChain(n, "").after(line)).orElse(START);
      }
    }
    return START;
  }

  String line(AuditEntry entry, Instant at, String gateway) {
    ObjectNode line = JSON.createObjectNode();
    line.put("n", number);
    line.put("at", at.toString());
    line.put("gateway", gateway);
    line.put("caller", entry.caller());
    line.put("peer", entry.peer());
    line.put("action", entry.action());
    line.put("object", entry.object());
    line.put("allowed", entry.allowed());
    line.put("reason", entry.reason());
    line.put("previous", previous);
    return line.toString();
  }

  AuditChain after(byte[] line) {
    return new AuditChain(number + 1, sha256(line));
  }

  /** What is wrong with a line that should be the next one; empty if nothing is. */
  Optional<String> problem(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      if (node.path("n").asLong(-1) != number) {
        return Optional.of("line number " + number + " is missing or out of place");
      }
      if (!node.path("previous").asText().equals(previous)) {
        return Optional.of("it does not follow from the line before it");
      }
      return Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.of("it is not JSON");
    }
  }

  /** The chain as a line claims that it stands before it. */
  static Optional<AuditChain> before(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return numberOf(line).map(n -> new AuditChain(n, node.path("previous").asText()));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<Long> numberOf(String line) {
    try {
      return Optional.of(JSON.readTree(line).path("n").asLong(-1)).filter(n -> n > 0);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> lastLine(AuditFile file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file.path(), UTF_8)) {
      long whole = file.wholeLinesBytes();
      String last = null;
      long read = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        read += line.getBytes(UTF_8).length + 1L;
        if (read > whole) {
          break;
        }
        last = line;
      }
      return Optional.ofNullable(last);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes)).hex();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
