package io.gramian.kernels.contract;

import java.util.List;

/**
 * A struct that host and device share.
 *
 * @param name in C++, with namespaces
 * @param javaName of its class
 * @param base the struct that it extends; null for none
 * @param fields its own, in order, with their places
 * @param size in bytes
 * @param alignment in bytes
 * @param comment of the header
 * @param header where it is declared
 */
record Struct(
    String name,
    String javaName,
    Struct base,
    List<Field> fields,
    long size,
    long alignment,
    String comment,
    String header) {
  /**
   * A field.
   *
   * @param type of an element
   * @param count of elements; 0 where the field is no array
   * @param offset in bytes
   */
  record Field(String name, Type type, long count, long offset, String comment) {
    boolean isArray() {
      return count > 0;
    }
  }
}
