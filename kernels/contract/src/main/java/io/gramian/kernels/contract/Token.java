package io.gramian.kernels.contract;

/**
 * A word, a number or a sign of a header.
 *
 * @param text as it is written; empty at the end of the file
 * @param location where it is
 * @param comment lines of the comment right above its line, where it is the first of it
 * @param trailing comment at the end of its line, where it is the last of it
 */
record Token(String text, Location location, String comment, String trailing) {
  boolean is(String other) {
    return text.equals(other);
  }

  boolean isName() {
    return !text.isEmpty() && Character.isJavaIdentifierStart(text.charAt(0));
  }
}
