package io.gramian.emoji.checkpoints;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.Measurement;
import io.gramian.emoji.measure.ModalityPair;
import io.gramian.emoji.measure.Recall;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports of epochs as the maps and lists of JSON, for checkpoints. Numbers keep all their bits.
 */
final class ReportJson {
  private ReportJson() {}

  static Map<String, Object> toMap(EpochReport report) {
    Measurement heldOut = report.heldOut();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epoch", report.epoch());
    map.put("loss", Double.toString(report.loss()));
    map.put("seconds", report.seconds());
    Map<String, String> scalars = new LinkedHashMap<>();
    report.scalars().forEach((name, value) -> scalars.put(name, value.toString()));
    map.put("scalars", scalars);
    map.put("anchor_to_tuple", list(heldOut.anchorToTuple()));
    map.put("tuple_to_anchor", list(heldOut.tupleToAnchor()));
    map.put(
        "pairs",
        heldOut.pairs().entrySet().stream()
            .map(
                pair ->
                    Map.of(
                        "query", pair.getKey().query().key(),
                        "candidate", pair.getKey().candidate().key(),
                        "recall", list(pair.getValue()),
                        "cosine", heldOut.cosines().get(pair.getKey()).toString()))
            .toList());
    return map;
  }

  private static List<Double> list(Recall recall) {
    return List.of(recall.at1(), recall.at5(), recall.at10());
  }

  static EpochReport fromMap(Object json) {
    Map<?, ?> map = (Map<?, ?>) json;
    Map<String, Double> scalars = new LinkedHashMap<>();
    strings(map.get("scalars")).forEach((name, text) -> scalars.put(name, Double.valueOf(text)));
    Map<ModalityPair, Recall> pairs = new LinkedHashMap<>();
    Map<ModalityPair, Double> cosines = new LinkedHashMap<>();
    for (Object item : (List<?>) map.get("pairs")) {
      Map<?, ?> entry = (Map<?, ?>) item;
      ModalityPair pair =
          new ModalityPair(
              Modality.of((String) entry.get("query")),
              Modality.of((String) entry.get("candidate")));
      pairs.put(pair, recall(entry.get("recall")));
      cosines.put(pair, Double.valueOf((String) entry.get("cosine")));
    }
    return new EpochReport(
        number(map.get("epoch")).intValue(),
        Double.parseDouble((String) map.get("loss")),
        scalars,
        new Measurement(
            recall(map.get("anchor_to_tuple")), recall(map.get("tuple_to_anchor")), pairs, cosines),
        number(map.get("seconds")).doubleValue());
  }

  private static Recall recall(Object json) {
    List<?> values = (List<?>) json;
    if (values.size() != 3) {
      throw new IllegalArgumentException("expected recall at 1, 5 and 10, got " + values);
    }
    return new Recall(
        number(values.get(0)).doubleValue(),
        number(values.get(1)).doubleValue(),
        number(values.get(2)).doubleValue());
  }

  private static Number number(Object json) {
    return (Number) json;
  }

  /** A map of strings. */
  static Map<String, String> strings(Object json) {
    return ((Map<?, ?>) json)
        .entrySet().stream()
            .collect(
                Collectors.toMap(
                    e -> (String) e.getKey(),
                    e -> (String) e.getValue(),
                    (a, b) -> b,
                    LinkedHashMap::new));
  }
}
