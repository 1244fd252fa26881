package io.gramian.op;

import io.gramian.ParameterException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Parameters of an op by name, as they come from a file or a command line: numbers, booleans,
 * strings, arrays of numbers; a string is read as the type that is asked for. Every parameter must
 * be asked for, so a misspelt one is an error.
 */
public final class Parameters {
  private final String op;
  private final Map<String, Object> values;
  private final Set<String> asked = new TreeSet<>();

  /** Parameters of the named op. */
  public Parameters(String op, Map<String, ?> values) {
    this.op = op;
    this.values = new LinkedHashMap<>(ParameterException.requireNonNull(values, "parameters"));
  }

  boolean has(String name) {
    asked.add(name);
    return values.containsKey(name);
  }

  double number(String name, double otherwise) {
    return has(name) ? toNumber(name, values.get(name)) : otherwise;
  }

  int integer(String name, int otherwise) {
    double value = number(name, otherwise);
    if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
      throw wrong(name, "a whole number", value);
    }
    return (int) value;
  }

  long wholeNumber(String name, long otherwise) {
    if (!has(name)) {
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
    if (!has(name)) {
      return otherwise;
    }
    return switch (values.get(name).toString()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "true or false", values.get(name));
    };
  }

  String text(String name, String otherwise) {
    return has(name) ? values.get(name).toString() : otherwise;
  }

  double[] numbers(String name, double... otherwise) {
    if (!has(name)) {
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
    return new ParameterException(
        op + ": parameter '" + name + "' must be " + expected + ", got '" + got + "'");
  }

  /** Rejects parameters that the op has not asked for. */
  void rejectUnknown() {
    for (String name : values.keySet()) {
      if (!asked.contains(name)) {
        throw new ParameterException(
            op + ": unknown parameter '" + name + "'; expected one of " + asked);
      }
    }
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
