package io.roundhouse.node;

import com.google.protobuf.ByteString;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.EncodingKeys;
import io.temporal.common.converter.GlobalDataConverter;
import java.lang.reflect.Method;
import java.lang.reflect.Type;

/**
 * The types of a worker's tasks, introspected before the first task comes. The JSON library does
 * that when it first meets a type, which takes a new JVM a tenth of a second: eight sites of one
 * machine would answer the first call of a job that much later.
 */
final class TaskTypes {
  /** JSON's null, as which every type can be read. */
  private static final Payload NOTHING =
      Payload.newBuilder()
          .putMetadata(EncodingKeys.METADATA_ENCODING_KEY, ByteString.copyFromUtf8("json/plain"))
          .setData(ByteString.copyFromUtf8("null"))
          .build();

  private TaskTypes() {}

  /** Introspects what the methods of these activities and workflows take and give. */
  static void learn(Class<?>... interfaces) {
    DataConverter converter = GlobalDataConverter.get();
    for (Class<?> each : interfaces) {
      for (Method method : each.getMethods()) {
        Class<?>[] raw = method.getParameterTypes();
        Type[] types = method.getGenericParameterTypes();
        for (int i = 0; i < raw.length; i++) {
          converter.fromPayload(NOTHING, raw[i], types[i]);
        }
        if (method.getReturnType() != void.class) {
          converter.fromPayload(NOTHING, method.getReturnType(), method.getGenericReturnType());
        }
      }
    }
  }
}
