package io.gramian.emoji.compare;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.gramian.cli.io.Csv;
import io.gramian.emoji.data.Modality;
import io.gramian.emoji.measure.Measurement;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Every figure of every training of a comparison, one a line: {@code compare.csv}.
 *
 * <pre>
 * loss,seed,measure,query,candidate,value
 * gram,0,recall@1,anchor,tuple,0.5       recall of tuples by anchors, and of each pair of modalities
 * gram,0,cosine,english,noto,0.1         mean cosine of matching pairs
 * gram,0,temperature,gram,,0.07          at first, of a part of the loss
 * gram,0,epochs,,,20                     and seconds
 * </pre>
 */
public final class ComparisonCsv {
  private static final List<String> HEADER =
      List.of("loss", "seed", "measure", "query", "candidate", "value");
  private static final String ANCHOR = "anchor";
  private static final String TUPLE = "tuple";

  private ComparisonCsv() {}

  /** The file of some outcomes. */
  public static String text(List<Outcomes> contenders) {
    List<List<String>> rows = new ArrayList<>();
    for (Outcomes outcomes : contenders) {
      for (Outcome training : outcomes.trainings()) {
        rows.addAll(new Rows(outcomes.name(), Long.toString(training.seed())).of(training));
      }
    }
    return Csv.text(HEADER, rows);
  }

  /** Collects the rows of one training. */
  private record Rows(String loss, String seed, List<List<String>> rows) {
    Rows(String loss, String seed) {
      this(loss, seed, new ArrayList<>());
    }

    List<List<String>> of(Outcome training) {
      add("epochs", "", "", Integer.toString(training.epochs()));
      add("seconds", "", "", String.format(Locale.ROOT, "%.2f", training.seconds()));
      training.temperatures().forEach((part, t) -> add("temperature", part, "", t.toString()));
      Measurement heldOut = training.heldOut();
      ComparisonTable.recalls()
          .forEach(
              (name, at) -> {
                add(name, ANCHOR, TUPLE, share(at, heldOut.anchorToTuple()));
                add(name, TUPLE, ANCHOR, share(at, heldOut.tupleToAnchor()));
                heldOut.pairs().forEach((pair, recall) -> add(name, pair, share(at, recall)));
              });
      heldOut.cosines().forEach((pair, cosine) -> add("cosine", pair, number(cosine)));
      return rows;
    }

    private void add(String measure, ModalityPair pair, String value) {
      add(measure, pair.query().key(), pair.candidate().key(), value);
    }

    private void add(String measure, String query, String candidate, String value) {
      rows.add(List.of(loss, seed, measure, query, candidate, value));
    }
  }

  private static String share(ToDoubleFunction<Recall> at, Recall recall) {
    return number(at.applyAsDouble(recall));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }

  /**
   * Reads a file.
   *
   * @param file its name, for messages
   * @param text what it holds
   * @return the losses in its order, each with its trainings
   * @throws IllegalArgumentException if it is not such a file
   */
  public static List<Outcomes> read(String file, String text) {
    Map<String, Map<Long, Figures>> losses = new LinkedHashMap<>();
    for (NamedCsvRecord row : Csv.read(file, text, HEADER)) {
      try {
        losses
            .computeIfAbsent(row.getField(0), _ -> new LinkedHashMap<>())
            .computeIfAbsent(Long.valueOf(row.getField(1)), _ -> new Figures(new LinkedHashMap<>()))
            .byPlace()
            .put(
                new Place(row.getField(2), row.getField(3), row.getField(4)),
                Double.valueOf(row.getField(5)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(file + ": cannot read " + row.getFields(), e);
      }
    }
    List<Outcomes> outcomes = new ArrayList<>();
    losses.forEach(
        (name, trainings) -> {
          List<Outcome> of = new ArrayList<>();
          trainings.forEach((seed, figures) -> of.add(figures.outcome(file, seed)));
          outcomes.add(new Outcomes(name, of));
        });
    return outcomes;
  }

  private record Place(String measure, String query, String candidate) {}

  /** The figures of one training. */
  private record Figures(Map<Place, Double> byPlace) {
    Outcome outcome(String file, long seed) {
      Map<String, Double> temperatures = new LinkedHashMap<>();
      Map<ModalityPair, Recall> pairs = new LinkedHashMap<>();
      Map<ModalityPair, Double> cosines = new LinkedHashMap<>();
      byPlace.forEach(
          (place, value) -> {
            if (place.measure.equals("temperature")) {
              temperatures.put(place.query, value);
            } else if (place.measure.equals("cosine")) {
              ModalityPair pair =
                  new ModalityPair(Modality.of(place.query), Modality.of(place.candidate));
              pairs.put(pair, recall(file, place.query, place.candidate));
              cosines.put(pair, value);
            }
          });
      return new Outcome(
          seed,
          (int) figure(file, new Place("epochs", "", "")),
          figure(file, new Place("seconds", "", "")),
          temperatures,
          new Measurement(
              recall(file, ANCHOR, TUPLE), recall(file, TUPLE, ANCHOR), pairs, cosines));
    }

    private Recall recall(String file, String query, String candidate) {
      return new Recall(
          figure(file, new Place("recall@1", query, candidate)),
          figure(file, new Place("recall@5", query, candidate)),
          figure(file, new Place("recall@10", query, candidate)));
    }

    private double figure(String file, Place place) {
      Double value = byPlace.get(place);
      if (value == null) {
        throw new IllegalArgumentException(file + ": a training has no " + place);
      }
      return value;
    }
  }
}
