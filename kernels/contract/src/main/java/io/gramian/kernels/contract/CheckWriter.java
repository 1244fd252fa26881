package io.gramian.kernels.contract;

/**
 * Writes a source whose assertions hold if and only if the compiler of the kernels lays out the
 * structs, and takes the constants, as the Java classes do.
 */
final class CheckWriter {
  private CheckWriter() {}

  static String write(Contract contract) {
    StringBuilder out = new StringBuilder();
    out.append(
        "// Made from kernels/ by io.gramian.kernels.contract: compiles if the host is right.\n");
    out.append("#include \"gramian/platform/platform.cuh\"\n");
    contract.headers().forEach(header -> out.append("#include \"gramian/%s\"\n".formatted(header)));
    // What offsetof is to NVRTC, which has no header that defines it.
    out.append(
        "#define GRAMIAN_OFFSET(type, field) "
            + "((unsigned long long)__INTADDR__(&((type*)nullptr)->field))\n");
    for (Constant constant : contract.constants()) {
      for (int i = 0; i < constant.values().size(); i++) {
        String name = constant.namespace() + "::" + constant.name();
        out.append(
            "static_assert(%s == %s);\n"
                .formatted(
                    constant.isArray() ? name + "[" + i + "]" : name,
                    number(constant.values().get(i))));
      }
    }
    for (Enumeration e : contract.enumerations()) {
      String scope = e.name().substring(0, e.name().lastIndexOf("::") + 2);
      for (Enumeration.Value value : e.values()) {
        out.append("static_assert(%s%s == %du);\n".formatted(scope, value.name(), value.code()));
      }
    }
    for (Struct struct : contract.structs()) {
      out.append("static_assert(sizeof(%s) == %d);\n".formatted(struct.name(), struct.size()));
      out.append(
          "static_assert(alignof(%s) == %d);\n".formatted(struct.name(), struct.alignment()));
      for (Struct.Field field : struct.fields()) {
        out.append(
            "static_assert(GRAMIAN_OFFSET(%s, %s) == %d);\n"
                .formatted(struct.name(), field.name(), field.offset()));
        out.append(
            "static_assert(sizeof(%s::%s) == %d);\n"
                .formatted(
                    struct.name(), field.name(), field.type().size() * Math.max(field.count(), 1)));
      }
    }
    return out.toString();
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
