package io.gramian.cli.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.cli.UserException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The list of cases of a folder: its {@code index.json}, an array of {name, op, params}. */
final class CaseIndex {
  private static final String FILE = "index.json";

  private CaseIndex() {}

  /**
   * One case: the op to run on the file {@code name.npz} of the folder.
   *
   * @param name the file name without its ending
   * @param op the name of the op
   * @param parameters its parameters: numbers, booleans, strings, arrays of numbers
   */
  record Case(String name, String op, Map<?, ?> parameters) {}

  /**
   * Reads the cases of a folder.
   *
   * @param folder the folder
   * @throws UserException if there is no index or it is malformed
   */
  static List<Case> read(Path folder) {
    Path file = folder.resolve(FILE);
    try (Reader in = Files.newBufferedReader(file)) {
      List<Case> cases = new ArrayList<>();
      for (Object item : JSON.std.listFrom(in)) {
        cases.add(parse(file, cases.size(), item));
      }
      return cases;
    } catch (NoSuchFileException e) {
      throw new UserException(file + " does not exist", e);
    } catch (JsonProcessingException e) {
      throw new UserException(
          file + " is not a JSON array of cases (" + firstLine(e.getOriginalMessage()) + ")", e);
    } catch (IOException e) {
      throw new UserException("cannot read " + file + " (" + e.getMessage() + ")", e);
    }
  }

  private static Case parse(Path file, int position, Object item) {
    if (item instanceof Map<?, ?> fields
        && fields.get("name") instanceof String name
        && fields.get("op") instanceof String op) {
      Object parameters = fields.containsKey("params") ? fields.get("params") : Map.of();
      // A name with a separator could lead out of the folder of results.
      if (parameters instanceof Map<?, ?> map && name.matches("[^/\\\\]+")) {
        return new Case(name, op, map);
      }
    }
    throw new UserException(
        file + ": case " + position + " is not {\"name\": …, \"op\": …, \"params\": {…}}");
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }
}
