package io.gramian.cli.cases;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.ParameterException;
import io.gramian.cli.UserException;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lists of cases: files {@code index.json}, an array of {name, op, params}. */
public final class CaseIndex {
  /** The name of an index in its folder. */
  public static final String FILE = "index.json";

  private CaseIndex() {}

  /**
   * One case: the op to run on the file {@code name.npz} beside the index.
   *
   * @param name the file name without its ending
   * @param opName the name of the op
   * @param parameters its parameters: numbers, booleans, strings, arrays of numbers
   */
  public record Case(String name, String opName, Map<?, ?> parameters) {
    /**
     * The configured op.
     *
     * @return the op
     * @throws ParameterException if there is no such op, or a parameter is unknown or out of range
     */
    public Op op() {
      Map<String, Object> named = new LinkedHashMap<>();
      parameters.forEach(
          (key, value) -> {
            if (value == null) {
              throw new ParameterException(opName + ": parameter '" + key + "' is null");
            }
            named.put(key.toString(), value);
          });
      return Ops.of(opName, named);
    }

    /**
     * The name of the file with its arrays.
     *
     * @return a file name without folders
     */
    public String file() {
      return name + ".npz";
    }
  }

  /**
   * Reads the index of a folder.
   *
   * @param folder the folder
   * @return its cases, in order
   * @throws UserException if there is no index or it is malformed
   */
  public static List<Case> read(Path folder) {
    Path file = folder.resolve(FILE);
    try (Reader in = Files.newBufferedReader(file)) {
      return read(file.toString(), in);
    } catch (NoSuchFileException e) {
      throw new UserException(file + " does not exist", e);
    } catch (IOException e) {
      throw new UserException("cannot read " + file + " (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Reads an index.
   *
   * @param file what to call it in an error
   * @param in its text
   * @return its cases, in order
   * @throws UserException if it is malformed
   * @throws IOException if reading fails
   */
  public static List<Case> read(String file, Reader in) throws IOException {
    try {
      List<Case> cases = new ArrayList<>();
      List<?> items = JSON.std.listFrom(in);
      if (items == null) {
        throw new UserException(file + " is not a JSON array of cases, but null");
      }
      for (Object item : items) {
        cases.add(parse(file, cases.size(), item));
      }
      return cases;
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new UserException(file + " is not a JSON array of cases (" + reason + ")", e);
    }
  }

  private static Case parse(String file, int position, Object item) {
    if (item instanceof Map<?, ?> fields
        && fields.get("name") instanceof String name
        && fields.get("op") instanceof String op) {
      Object parameters = fields.containsKey("params") ? fields.get("params") : Map.of();
      // A name with a separator could lead out of the folder of results; controls are no file name.
      if (parameters instanceof Map<?, ?> map && name.matches("[^/\\\\\\p{Cntrl}]+")) {
        return new Case(name, op, map);
      }
    }
    throw new UserException(
        file + ": case " + position + " is not {\"name\": …, \"op\": …, \"params\": {…}}");
  }
}
