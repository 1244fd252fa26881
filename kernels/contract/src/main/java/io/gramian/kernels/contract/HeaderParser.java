package io.gramian.kernels.contract;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a contract header: a namespace with constants, enums of 32 bits, and structs of numbers,
 * addresses, enums, structs and arrays of these. Whatever else it holds is an error.
 */
final class HeaderParser {
  private final Contract contract;
  private final String header;
  private final List<Token> tokens;
  private int at;
  private String namespace = "";

  private HeaderParser(Contract contract, String header, List<Token> tokens) {
    this.contract = contract;
    this.header = header;
    this.tokens = tokens;
  }

  /**
   * Adds what a header declares.
   *
   * @param header its path in the folder of headers
   * @param lines its text
   */
  static void parse(Contract contract, String header, List<String> lines) throws ContractException {
    new HeaderParser(contract, header, Lexer.tokens(header, lines)).header();
    contract.addHeader(header);
  }

  private void header() throws ContractException {
    expect("namespace");
    namespace = name("a namespace");
    while (takes("::")) {
      namespace += "::" + name("a namespace");
    }
    expect("{");
    while (!peek().is("}")) {
      declaration();
    }
    expect("}");
    if (!peek().is("")) {
      throw unexpected("the end of the file");
    }
  }

  private void declaration() throws ContractException {
    Token first = next();
    switch (first.text()) {
      case "constexpr" -> constant(first);
      case "enum" -> enumeration(first);
      case "struct" -> struct(first);
      default -> {
        at--;
        throw unexpected("constexpr, enum or struct");
      }
    }
  }

  private void constant(Token first) throws ContractException {
    String type = name("the type of a constant");
    String name = name("the name of a constant");
    boolean isArray = takes("[");
    List<Double> values = new ArrayList<>();
    if (isArray) {
      long count = count();
      expect("]");
      expect("=");
      expect("{");
      do {
        values.add(expression());
      } while (takes(","));
      Token end = expect("}");
      if (values.size() != count) {
        throw new ContractException(
            end.location(), name + " has " + values.size() + " of " + count + " values");
      }
    } else {
      expect("=");
      values.add(expression());
    }
    Token end = expect(";");
    contract.add(
        first.location(),
        new Constant(name, namespace, type, isArray, values, comment(first, end)));
  }

  private void enumeration(Token first) throws ContractException {
    String name = name("the name of an enum");
    expect(":");
    expect("u32");
    expect("{");
    List<Enumeration.Value> values = new ArrayList<>();
    long code = 0;
    while (!peek().is("}")) {
      Token value = next();
      if (!value.isName()) {
        at--;
        throw unexpected("the name of a constant");
      }
      if (takes("=")) {
        code = (long) expression();
      }
      Token end = takes(",") ? tokens.get(at - 1) : value;
      values.add(new Enumeration.Value(value.text(), code++, comment(value, end)));
    }
    expect("}");
    expect(";");
    contract.add(
        first.location(),
        new Enumeration(
            namespace + "::" + name, Contract.javaName(namespace, name), values, first.comment()));
  }

  private void struct(Token first) throws ContractException {
    String name = name("the name of a struct");
    Struct base = null;
    if (takes(":")) {
      Token of = peek();
      base = contract.struct(namespace, name("the name of a struct"));
      if (base == null) {
        throw new ContractException(
            of.location(), "'" + of.text() + "' is no struct of a contract");
      }
    }
    expect("{");
    List<Struct.Field> fields = new ArrayList<>();
    long end = base == null ? 0 : base.size();
    long alignment = base == null ? 1 : base.alignment();
    while (!peek().is("}")) {
      Struct.Field field = field(end);
      fields.add(field);
      end = field.offset() + field.type().size() * Math.max(field.count(), 1);
      alignment = Math.max(alignment, field.type().alignment());
    }
    expect("}");
    expect(";");
    contract.add(
        first.location(),
        new Struct(
            namespace + "::" + name,
            Contract.javaName(namespace, name),
            base,
            fields,
            roundUp(end, alignment),
            alignment,
            first.comment(),
            header));
  }

  private Struct.Field field(long end) throws ContractException {
    Token first = peek();
    takes("const");
    Token typeToken = peek();
    String typeName = name("the type of a field");
    Type type = takes("*") ? Type.POINTER : type(typeToken, typeName);
    String name = name("the name of a field");
    long count = 0;
    if (takes("[")) {
      count = count();
      expect("]");
    }
    Token last = expect(";");
    return new Struct.Field(
        name, type, count, roundUp(end, type.alignment()), comment(first, last));
  }

  private Type type(Token token, String name) throws ContractException {
    Type number = Type.number(name);
    if (number != null) {
      return number;
    }
    Enumeration enumeration = contract.enumeration(namespace, name);
    if (enumeration != null) {
      return new Type.Choice(enumeration);
    }
    Struct struct = contract.struct(namespace, name);
    if (struct != null) {
      return new Type.Nested(struct);
    }
    throw new ContractException(token.location(), "'" + name + "' is no type that the host knows");
  }

  private long count() throws ContractException {
    Token first = peek();
    double value = expression();
    if (value != Math.rint(value) || value < 1) {
      throw new ContractException(first.location(), "no length of an array: " + value);
    }
    return (long) value;
  }

  private double expression() throws ContractException {
    double value = sum();
    while (takes("<<")) {
      value *= Math.scalb(1.0, (int) sum());
    }
    return value;
  }

  private double sum() throws ContractException {
    double value = term();
    while (true) {
      if (takes("+")) {
        value += term();
      } else if (takes("-")) {
        value -= term();
      } else {
        return value;
      }
    }
  }

  private double term() throws ContractException {
    double value = factor();
    while (true) {
      if (takes("*")) {
        value *= factor();
      } else if (takes("/")) {
        // Whole numbers divide to whole numbers, as in C++.
        double divisor = factor();
        boolean areWhole = value == Math.rint(value) && divisor == Math.rint(divisor);
        value = areWhole ? (double) ((long) value / (long) divisor) : value / divisor;
      } else {
        return value;
      }
    }
  }

  private double factor() throws ContractException {
    if (takes("(")) {
      double value = expression();
      expect(")");
      return value;
    }
    if (takes("-")) {
      return -factor();
    }
    Token token = next();
    if (token.isName()) {
      Constant constant = contract.constant(namespace, token.text());
      if (constant == null || constant.isArray()) {
        throw new ContractException(
            token.location(), "'" + token.text() + "' is no constant of a contract");
      }
      return constant.values().getFirst();
    }
    String text = token.text();
    if (text.isEmpty() || !Character.isDigit(text.charAt(0))) {
      at--;
      throw unexpected("a number");
    }
    if (text.startsWith("0x")) {
      return Long.parseLong(text.substring(2).replace("u", ""), 16);
    }
    return Double.parseDouble(text.replace("u", "").replace("f", ""));
  }

  private static long roundUp(long value, long unit) {
    return Math.ceilDiv(value, unit) * unit;
  }

  private static String comment(Token first, Token last) {
    return first.comment().isEmpty() ? last.trailing() : first.comment();
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token next() {
    return tokens.get(at++);
  }

  private boolean takes(String text) {
    if (peek().is(text)) {
      at++;
      return true;
    }
    return false;
  }

  private Token expect(String text) throws ContractException {
    if (!peek().is(text)) {
      throw unexpected("'" + text + "'");
    }
    return next();
  }

  private String name(String what) throws ContractException {
    if (!peek().isName()) {
      throw unexpected(what);
    }
    return next().text();
  }

  private ContractException unexpected(String expected) {
    String got = peek().is("") ? "the end of the file" : "'" + peek().text() + "'";
    return new ContractException(peek().location(), "expected " + expected + ", got " + got);
  }
}
