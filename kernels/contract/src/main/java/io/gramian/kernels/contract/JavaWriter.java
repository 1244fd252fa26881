package io.gramian.kernels.contract;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** Writes the contract as Java classes: one for each struct and enum, constants, and kernels. */
final class JavaWriter {
  private static final String PACKAGE = "io.gramian.cuda.abi";

  private final Contract contract;
  private final Map<String, String> files = new LinkedHashMap<>();

  private JavaWriter(Contract contract) {
    this.contract = contract;
  }

  /** The text of each file, by its name. */
  static Map<String, String> write(Contract contract) {
    JavaWriter writer = new JavaWriter(contract);
    contract.enumerations().forEach(writer::enumeration);
    contract.structs().forEach(writer::struct);
    writer.constants();
    writer.kernels();
    return writer.files;
  }

  private void enumeration(Enumeration e) {
    StringBuilder out = new StringBuilder();
    doc(out, "", e.comment(), "Enum {@code " + e.name() + "}.");
    out.append("public enum ").append(e.javaName()).append(" {\n");
    for (int i = 0; i < e.values().size(); i++) {
      Enumeration.Value value = e.values().get(i);
      doc(out, "  ", value.comment(), "");
      out.append(
          "  %s(%s)%s\n"
              .formatted(
                  upper(value.name()),
                  literal(value.code()),
                  i + 1 < e.values().size() ? "," : ";"));
    }
    out.append(
        """

          private final int code;

          %s(int code) {
            this.code = code;
          }

          /** How kernels name it. */
          public int code() {
            return code;
          }
        }
        """
            .formatted(e.javaName()));
    file(e.javaName(), List.of(), out);
  }

  private void struct(Struct s) {
    boolean isBase = contract.structs().stream().anyMatch(other -> other.base() == s);
    TreeSet<String> layouts = new TreeSet<>();
    boolean hasArray = false;
    StringBuilder nested = new StringBuilder();
    StringBuilder made = new StringBuilder();
    StringBuilder setters = new StringBuilder();
    for (Struct.Field field : s.fields()) {
      hasArray |= field.isArray() && !(field.type() instanceof Type.Nested);
      if (field.type() instanceof Type.Nested(Struct of)) {
        nestedField(of, field, nested, made, setters);
      } else {
        setter(s, field, layouts, setters);
      }
    }
    StringBuilder out = new StringBuilder();
    doc(out, "", s.comment(), "Struct {@code " + s.name() + "} of {@code " + s.header() + "}.");
    out.append("public ").append(isBase ? "" : "final ").append("class ").append(s.javaName());
    out.append(s.base() == null ? "" : " extends " + s.base().javaName()).append(" {\n");
    out.append("  /** Its size in bytes. */\n");
    out.append("  public static final long SIZE = ").append(s.size()).append(";\n\n");
    out.append("  /** It as the parameter of a kernel. */\n");
    out.append(
        "  public static final Parameter<%1$s> TYPE = new Parameter<>(SIZE, %1$s::new);\n\n"
            .formatted(s.javaName()));
    if (s.base() == null) {
      out.append("  final MemorySegment memory;\n  final long offset;\n");
    }
    out.append(nested).append('\n');
    out.append("  /** The struct at the beginning of a segment. */\n");
    out.append(
        "  public %s(MemorySegment memory) {\n    this(memory, 0);\n  }\n\n"
            .formatted(s.javaName()));
    out.append("  /** The struct at an offset of a segment. */\n");
    out.append("  public %s(MemorySegment memory, long offset) {\n".formatted(s.javaName()));
    out.append(
        s.base() == null
            ? "    this.memory = memory;\n    this.offset = offset;\n"
            : "    super(memory, offset);\n");
    out.append(made).append("  }\n\n");
    out.append("  /** Copies another one. */\n");
    out.append(
        ("  public %1$s copyFrom(%1$s other) {\n"
                + "    MemorySegment.copy(other.memory, other.offset, memory, offset, SIZE);\n"
                + "    return this;\n  }\n")
            .formatted(s.javaName()));
    out.append(setters).append("}\n");
    List<String> imports = new ArrayList<>();
    layouts.forEach(l -> imports.add("static java.lang.foreign.ValueLayout." + l));
    imports.add("io.gramian.cuda.device.Parameter");
    imports.add("java.lang.foreign.MemorySegment");
    if (hasArray) {
      imports.add("java.util.Objects");
    }
    file(s.javaName(), imports, out);
  }

  private static void nestedField(
      Struct of,
      Struct.Field field,
      StringBuilder nested,
      StringBuilder made,
      StringBuilder setters) {
    String type = of.javaName();
    String name = field.name();
    if (!field.isArray()) {
      nested.append("  private final %s %s;\n".formatted(type, name));
      made.append(
          "    this.%s = new %s(memory, offset + %d);\n".formatted(name, type, field.offset()));
      doc(setters.append('\n'), "  ", field.comment(), "");
      setters.append("  public %s %s() {\n    return %s;\n  }\n".formatted(type, name, name));
      return;
    }
    nested.append(
        "  private final %s[] %s = new %s[%d];\n".formatted(type, name, type, field.count()));
    made.append(
        "    for (int i = 0; i < %d; i++) {\n      %s[i] = new %s(memory, offset + %d + %s.SIZE * i);\n    }\n"
            .formatted(field.count(), name, type, field.offset(), type));
    doc(setters.append('\n'), "  ", field.comment(), "");
    setters.append(
        "  public %s %s(int index) {\n    return %s[index];\n  }\n".formatted(type, name, name));
  }

  private static void setter(
      Struct s, Struct.Field field, TreeSet<String> layouts, StringBuilder out) {
    String layout;
    String javaType;
    String value = "value";
    switch (field.type()) {
      case Type.Number number -> {
        layout = number.layout();
        javaType = number.javaType();
      }
      case Type.Flag _ -> {
        layout = "JAVA_INT";
        javaType = "boolean";
        value = "value ? 1 : 0";
      }
      case Type.Choice(Enumeration of) -> {
        layout = "JAVA_INT";
        javaType = of.javaName();
        value = "value.code()";
      }
      case Type.Nested nested -> throw new IllegalStateException("no number: " + nested);
    }
    layouts.add(layout);
    String place = "offset + " + field.offset();
    doc(out.append('\n'), "  ", field.comment(), "");
    String index = "";
    if (field.isArray()) {
      index = "int index, ";
      place +=
          " + %dL * Objects.checkIndex(index, %d)".formatted(field.type().size(), field.count());
    }
    out.append(
        "  public %s %s(%s%s value) {\n".formatted(s.javaName(), field.name(), index, javaType));
    out.append(
        "    memory.set(%s, %s, %s);\n    return this;\n  }\n".formatted(layout, place, value));
  }

  private void constants() {
    Map<String, List<Constant>> byClass = new LinkedHashMap<>();
    for (Constant constant : contract.constants()) {
      String name = Contract.javaName(constant.namespace(), "Constants");
      byClass.computeIfAbsent(name, _ -> new ArrayList<>()).add(constant);
    }
    byClass.forEach(
        (name, constants) -> {
          StringBuilder out = new StringBuilder();
          String namespace = constants.getFirst().namespace();
          doc(out, "", "Constants of namespace `" + namespace + "`.", "");
          out.append("public final class ").append(name).append(" {\n");
          constants.forEach(constant -> constant(out, constant));
          out.append("  private ").append(name).append("() {}\n");
          constants.stream().filter(Constant::isArray).forEach(c -> arrayConstant(out, c));
          file(name, List.of(), out.append("}\n"));
        });
  }

  private static void constant(StringBuilder out, Constant constant) {
    if (constant.isArray()) {
      String values =
          String.join(", ", constant.values().stream().map(v -> value(constant, v)).toList());
      out.append(
          "  private static final %s[] %s = {%s};\n\n"
              .formatted(javaType(constant), upper(constant.name()), values));
      return;
    }
    doc(out, "  ", constant.comment(), "");
    out.append(
        "  public static final %s %s = %s;\n\n"
            .formatted(
                javaType(constant),
                upper(constant.name()),
                value(constant, constant.values().getFirst())));
  }

  private static void arrayConstant(StringBuilder out, Constant constant) {
    doc(out.append('\n'), "  ", constant.comment(), "");
    String name = constant.name().substring(1);
    out.append(
        "  public static %s %s(int index) {\n    return %s[index];\n  }\n"
            .formatted(
                javaType(constant),
                Character.toLowerCase(name.charAt(0)) + name.substring(1),
                upper(constant.name())));
  }

  private static String javaType(Constant constant) {
    return switch (constant.type()) {
      case "float", "double" -> constant.type();
      case "u64", "i64" -> "long";
      default -> "int";
    };
  }

  private static String value(Constant constant, double value) {
    return switch (javaType(constant)) {
      case "float" -> (float) value + "f";
      case "double" -> Double.toString(value);
      case "long" -> (long) value + "L";
      default -> literal((long) value);
    };
  }

  /** A number of 32 bits, which C++ may take as unsigned. */
  private static String literal(long value) {
    return Integer.toString((int) value);
  }

  private void kernels() {
    StringBuilder out = new StringBuilder();
    doc(out, "", "The kernels that sources declare by name, and the images.", "");
    out.append("public final class Kernels {\n");
    out.append("  /** All images. */\n  public static final List<String> IMAGES =\n      List.of(");
    out.append(
        String.join(", ", contract.images().stream().sorted().map(i -> '"' + i + '"').toList()));
    out.append(");\n\n");
    List<Kernel> sorted =
        contract.kernels().stream().sorted(Comparator.comparing(Kernel::name)).toList();
    for (Kernel kernel : sorted) {
      out.append(
          "  public static final KernelSpec<%1$s> %2$s =\n      new KernelSpec<>(\"%3$s\", \"%4$s\", %5$d, %1$s.TYPE);\n\n"
              .formatted(
                  kernel.parameter().javaName(),
                  kernel.name().toUpperCase(Locale.ROOT),
                  kernel.image(),
                  kernel.name(),
                  kernel.threads()));
    }
    out.append("  private Kernels() {}\n}\n");
    file("Kernels", List.of("io.gramian.cuda.device.KernelSpec", "java.util.List"), out);
  }

  private void file(String name, List<String> imports, StringBuilder body) {
    StringBuilder out = new StringBuilder();
    out.append("// Made from kernels/ by io.gramian.kernels.contract.\n");
    out.append("package ").append(PACKAGE).append(";\n\n");
    imports.forEach(i -> out.append("import ").append(i).append(";\n"));
    files.put(name + ".java", out.append(imports.isEmpty() ? "" : "\n").append(body).toString());
  }

  private static void doc(StringBuilder out, String indent, String comment, String note) {
    String text =
        comment
            .replace("&", "&amp;")
            .replace("<", "&lt;")
            .replace(">", "&gt;")
            .replace("@", "&#64;")
            .replace("*/", "*&#47;")
            .replaceAll("`([^`]*)`", "{@code $1}");
    String all = (text + " " + note).strip();
    if (!all.isEmpty()) {
      out.append(indent).append("/** ").append(all).append(" */\n");
    }
  }

  /** {@code kMostMembers} as {@code MOST_MEMBERS}. */
  static String upper(String name) {
    return name.substring(1).replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
  }
}
