package io.gramian.op;

import io.gramian.ParameterException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Parameters of an op by name, as they come from a file or a command line: numbers, booleans,
 * strings, arrays of numbers; a string is read as the type that is asked for. Every parameter must
 * be asked for, so a misspelt one is an error.
 */
public final class Parameters {
  private final String op;
  private final Map<String, Object> values;

  /** What was asked for, each with its value: what was given or what holds otherwise. */
  private final Map<String, Object> asked = new LinkedHashMap<>();

  private final Map<String, List<String>> choices = new LinkedHashMap<>();

  /**
   * Parameters of the named op.
   *
   * @param op name of the op, for messages
   * @param values what was given, by name
   */
  public Parameters(String op, Map<String, ?> values) {
    this.op = op;
    this.values = new LinkedHashMap<>(ParameterException.requireNonNull(values, "parameters"));
  }

  private boolean has(String name, Object otherwise) {
    asked.put(name, values.getOrDefault(name, otherwise));
    return values.containsKey(name);
  }

  double number(String name, double otherwise) {
    return has(name, otherwise) ? toNumber(name, values.get(name)) : otherwise;
  }

  int integer(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw wrong(name, "a whole number", value);
    }
    return (int) value;
  }

  long wholeNumber(String name, long otherwise) {
    if (!has(name, otherwise)) {
      return otherwise;
    }
    Object value = values.get(name);
    try {
      return value instanceof Number number && !(number instanceof Double)
          ? number.longValue()
          : Long.parseLong(value.toString());
    } catch (NumberFormatException e) {
      throw wrong(name, "a whole number", value);
    }
  }

  boolean flag(String name, boolean otherwise) {
    if (!has(name, otherwise)) {
      return otherwise;
    }
    return switch (values.get(name).toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "true or false", values.get(name));
    };
  }

  /** One of some names. */
  String choice(String name, String otherwise, List<String> known) {
    String chosen = has(name, otherwise) ? values.get(name).toString() : otherwise;
    choices.put(name, known);
    if (!known.contains(chosen)) {
      throw wrong(
          name,
          "one of " + String.join(", ", known),
          chosen,
          ParameterException.didYouMean(chosen, known));
    }
    return chosen;
  }

  double[] numbers(String name, double... otherwise) {
    if (!has(name, otherwise)) {
      return otherwise;
    }
    Object value = values.get(name);
    List<?> list =
        switch (value) {
          case List<?> items -> items;
          case double[] items -> Arrays.stream(items).boxed().toList();
          default ->
              Arrays.asList(value.toString().replaceAll("^\\[|\\]$", "").trim().split("\\s*,\\s*"));
        };
    return list.stream().mapToDouble(item -> toNumber(name, item)).toArray();
  }

  ParameterException wrong(String name, String expected, Object got) {
    return wrong(name, expected, got, "");
  }

  private ParameterException wrong(String name, String expected, Object got, String hint) {
    return new ParameterException(
        op + ": parameter '" + name + "' must be " + expected + ", got '" + got + "'" + hint);
  }

  /** Rejects parameters that the op has not asked for. */
  void rejectUnknown() {
    Set<String> known = new TreeSet<>(asked.keySet());
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new ParameterException(
            op
                + ": unknown parameter '"
                + name
                + "'; expected one of "
                + known
                + ParameterException.didYouMean(name, known));
      }
    }
  }

  /** What the op has asked for, in order. */
  List<Ops.Parameter> described() {
    return asked.entrySet().stream()
        .map(
            entry ->
                new Ops.Parameter(
                    entry.getKey(),
                    text(entry.getValue()),
                    choices.getOrDefault(entry.getKey(), List.of())))
        .toList();
  }

  private static String text(Object value) {
    return switch (value) {
      case double[] numbers ->
          Arrays.stream(numbers).mapToObj(Parameters::text).collect(Collectors.joining(","));
      case List<?> items -> items.stream().map(Parameters::text).collect(Collectors.joining(","));
      case Double number when number == Math.rint(number) && Math.abs(number) < 1e15 ->
          Long.toString(number.longValue());
      default -> value.toString();
    };
  }

  private double toNumber(String name, Object value) {
    try {
      return value instanceof Number number
          ? number.doubleValue()
          : Double.parseDouble(value.toString());
    } catch (NumberFormatException e) {
      throw wrong(name, "a number", value);
    }
  }
}
