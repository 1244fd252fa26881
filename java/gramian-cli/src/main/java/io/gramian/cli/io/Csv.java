package io.gramian.cli.io;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Comma-separated values (RFC 4180, with line feeds) under a header. */
public final class Csv {
  private Csv() {}

  /**
   * A file.
   *
   * @param header names of the columns
   * @param rows fields in the order of the header
   * @return what it holds
   */
  public static String text(List<String> header, Iterable<List<String>> rows) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(header);
      rows.forEach(csv::writeRecord);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /**
   * Reads a file.
   *
   * @param file its name, for messages
   * @param text what it holds
   * @param header names that its columns must have, in this order
   * @return the rows, at least one
   * @throws IllegalArgumentException if it has other columns, no rows, or rows of another length
   */
  public static List<NamedCsvRecord> read(String file, String text, List<String> header) {
    List<NamedCsvRecord> rows;
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(text)) {
      rows = csv.stream().toList();
    } catch (CsvParseException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> found = rows.isEmpty() ? List.of() : rows.getFirst().getHeader();
    if (!found.equals(header)) {
      throw new IllegalArgumentException(
          file
              + ": expected the columns "
              + String.join(",", header)
              + " and rows below them, got "
              + (rows.isEmpty() ? "none" : String.join(",", found)));
    }
    for (NamedCsvRecord row : rows) {
      if (row.getFieldCount() != header.size()) {
        throw new IllegalArgumentException(
            file + ": expected " + header.size() + " fields, got " + row.getFields());
      }
    }
    return rows;
  }
}
