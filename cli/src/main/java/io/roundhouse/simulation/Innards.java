package io.roundhouse.simulation;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

/** What Temporal's in-memory server keeps to itself, by name. */
final class Innards {
  private Innards() {}

  /** The value of a field. */
  static Object field(Object owner, String name) throws ReflectiveOperationException {
    return requireNonNull(accessible(owner, name).get(owner), name);
  }

  /** Puts another value into a field, also into one that is final. */
  static void set(Object owner, String name, Object value) throws ReflectiveOperationException {
    accessible(owner, name).set(owner, value);
  }

  /** What a method without parameters returns. */
  static Object call(Object owner, String name) throws ReflectiveOperationException {
    Method method = owner.getClass().getDeclaredMethod(name);
    method.setAccessible(true);
    return requireNonNull(method.invoke(owner), name);
  }

  private static Field accessible(Object owner, String name) throws ReflectiveOperationException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
