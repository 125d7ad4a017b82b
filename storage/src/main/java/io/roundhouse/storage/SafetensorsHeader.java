package io.roundhouse.storage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.roundhouse.domain.Text;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The JSON at the head of a safetensors file.
 *
 * @param tensors in the order of their data
 * @param metadata free text by name, sorted
 */
record SafetensorsHeader(List<TensorSpec> tensors, Map<String, String> metadata) {
  static final int MAX_BYTES = 100_000_000;
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_METADATA = 10_000;
  private static final int MAX_DEPTH = 3;
  private static final int MAX_STRING = 1 << 20;
  private static final int ALIGNMENT = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_STRING)
                  .maxNumberLength(20)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /**
   * @throws IllegalArgumentException if there is more than a header or a file may hold
   */
  SafetensorsHeader {
    tensors = List.copyOf(tensors);
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
    if (tensors.size() > MAX_TENSORS || metadata.size() > MAX_METADATA) {
      throw new IllegalArgumentException(
          "more than "
              + MAX_TENSORS
              + " tensors or "
              + MAX_METADATA
              + " metadata entries, perhaps you should use several files");
    }
    long room = Long.MAX_VALUE - MAX_BYTES - Long.BYTES;
    for (TensorSpec tensor : tensors) {
      room -= tensor.bytes();
      if (room < 0) {
        throw new IllegalArgumentException(
            "the tensors are larger than any file, perhaps you should check their shapes");
      }
    }
  }

  /**
   * A header for a file to be written.
   *
   * @throws IllegalArgumentException if two tensors have the same name, or there is more than a
   *     file may hold
   */
  static SafetensorsHeader ofDifferent(List<TensorSpec> tensors, Map<String, String> metadata) {
    Set<String> names = new HashSet<>();
    for (TensorSpec tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException(
            "two tensors are called "
                + Text.quote(tensor.name())
                + ", perhaps you should rename one");
      }
    }
    return new SafetensorsHeader(tensors, metadata);
  }

  /** Where each tensor's data begins, counted from the first one's, and where the last one ends. */
  long[] offsets() {
    long[] offsets = new long[tensors.size() + 1];
    for (int i = 0; i < tensors.size(); i++) {
      offsets[i + 1] = offsets[i] + tensors.get(i).bytes();
    }
    return offsets;
  }

  /** What precedes the tensors' data: the length of the JSON and the JSON. */
  byte[] start() {
    byte[] json = encode();
    return ByteBuffer.allocate(Long.BYTES + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  /** The JSON, filled up with spaces so that the data begins at a multiple of eight. */
  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(TensorSpec.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long[] offsets = offsets();
      for (int i = 0; i < tensors.size(); i++) {
        TensorSpec tensor = tensors.get(i);
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(offsets, i, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalArgumentException("not the parts of a safetensors header", e);
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    if (bytes.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the header has more than 100 MB, perhaps you should use several files");
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a header.
   *
   * @param dataBytes size of what follows it in the file, which the tensors must fill exactly
   * @throws MalformedSafetensorsException if anything about it is not as the format says
   */
  static SafetensorsHeader decode(byte[] header, long dataBytes) {
    if (header.length == 0 || header[0] != '{') {
      throw malformed("its header does not begin with '{'");
    }
    InputStreamReader text =
        new InputStreamReader(
            new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
    try (JsonParser json = JSON.createParser(text)) {
      expect(json, JsonToken.START_OBJECT);
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = new TreeMap<>();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        if (name.equals(TensorSpec.METADATA)) {
          readMetadata(json, metadata);
        } else if (entries.size() == MAX_TENSORS) {
          throw malformed("it has more than " + MAX_TENSORS + " tensors");
        } else {
          entries.add(readEntry(json, name));
        }
      }
      if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw malformed("something follows the header's object");
      }
      return new SafetensorsHeader(inOrder(entries, dataBytes), metadata);
    } catch (JsonProcessingException e) {
      throw new MalformedSafetensorsException(
          message("its header: " + Text.quote(e.getOriginalMessage())), e);
    } catch (CharacterCodingException e) {
      throw new MalformedSafetensorsException(message("its header is not UTF-8"), e);
    } catch (IOException e) {
      throw new MalformedSafetensorsException(message("its header cannot be read"), e);
    }
  }

  static MalformedSafetensorsException malformed(String problem) {
    return new MalformedSafetensorsException(message(problem));
  }

  /** A tensor and where its data is, counted from the end of the header. */
  private record Entry(TensorSpec tensor, long begin, long end) {}

  private static Entry readEntry(JsonParser json, String name) throws IOException {
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    expect(json, JsonToken.START_OBJECT);
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      switch (key) {
        case "dtype" -> dtype = readDType(json, name);
        case "shape" -> shape = readNumbers(json, TensorSpec.MAX_DIMENSIONS);
        case "data_offsets" -> offsets = readNumbers(json, 2);
        default -> throw malformed("unknown key " + Text.quote(key) + in(name));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw malformed("dtype, shape or one of two data_offsets is missing" + in(name));
    }
    try {
      return new Entry(new TensorSpec(name, dtype, shape), offsets.get(0), offsets.get(1));
    } catch (IllegalArgumentException e) {
      throw new MalformedSafetensorsException(message(String.valueOf(e.getMessage())), e);
    }
  }

  private static DType readDType(JsonParser json, String name) throws IOException {
    expect(json, JsonToken.VALUE_STRING);
    String dtype = json.getText();
    for (DType known : DType.values()) {
      if (known.name().equals(dtype)) {
        return known;
      }
    }
    throw malformed("the dtype is " + Text.quote(dtype) + " and neither F32 nor F64" + in(name));
  }

  private static List<Long> readNumbers(JsonParser json, int atMost) throws IOException {
    expect(json, JsonToken.START_ARRAY);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getLongValue() < 0
          || numbers.size() == atMost) {
        throw malformed("a shape or data_offsets is not a short list of whole numbers");
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private static void readMetadata(JsonParser json, Map<String, String> into) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      expect(json, JsonToken.VALUE_STRING);
      if (into.size() == MAX_METADATA) {
        throw malformed("it has more than " + MAX_METADATA + " metadata entries");
      }
      into.put(key, json.getText());
    }
    if (json.currentToken() != JsonToken.END_OBJECT) {
      throw malformed("its metadata is not text by name");
    }
  }

  /** The tensors by offset: each begins where the one before ends, the last one ends the file. */
  private static List<TensorSpec> inOrder(List<Entry> entries, long dataBytes) {
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = 0;
    for (Entry entry : entries) {
      String name = entry.tensor.name();
      if (entry.begin != end || entry.end < entry.begin) {
        throw malformed("there is a gap or an overlap before the data" + in(name));
      }
      if (entry.end - entry.begin != entry.tensor.bytes()) {
        throw malformed("shape and data_offsets do not agree" + in(name));
      }
      end = entry.end;
    }
    if (end != dataBytes) {
      throw malformed("its tensors have " + end + " bytes, its data " + dataBytes);
    }
    return entries.stream().map(Entry::tensor).toList();
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.nextToken() != token) {
      throw malformed("its header has " + json.currentToken() + " where " + token + " belongs");
    }
  }

  private static String in(String tensor) {
    return " in tensor " + Text.quote(tensor);
  }

  private static String message(String problem) {
    return "not a safetensors file: " + problem + ", perhaps you should check what wrote it";
  }
}
