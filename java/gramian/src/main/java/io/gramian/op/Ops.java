package io.gramian.op;

import io.gramian.ParameterException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** All ops. */
public final class Ops {
  private static final List<Function<Parameters, Op>> PARSERS =
      List.of(
          Gram::parse,
          LogDet::parse,
          Volume::parse,
          SimilarityMatrix::parse,
          Contrastive::parse,
          Nway::parse,
          TopK::parse,
          SampleNegatives::parse,
          Matching::parse,
          SemanticDensity::parse,
          Mmd::parse,
          NtXent::parse,
          Uniformity::parse,
          Principal::parse,
          ClipMatched::parse,
          SetClip::parse,
          PointCloudEmbed::parse,
          PointCloudSimilarity::parse,
          PointCloudContrastive::parse);

  private static final List<Op> ALL =
      PARSERS.stream().map(parser -> parser.apply(new Parameters("", Map.of()))).toList();

  private static final Map<String, Function<Parameters, Op>> BY_NAME = new LinkedHashMap<>();

  static {
    for (int i = 0; i < ALL.size(); i++) {
      BY_NAME.put(ALL.get(i).name(), PARSERS.get(i));
    }
  }

  private static final Set<String> NAMES =
      Collections.unmodifiableSet(new TreeSet<>(BY_NAME.keySet()));

  private Ops() {}

  /**
   * A parameter of an op.
   *
   * @param name as on the command line
   * @param value as it would be given there: what was given, else the default
   * @param choices the names it takes; empty for numbers and flags
   */
  public record Parameter(String name, String value, List<String> choices) {
    /** Copies the choices. */
    public Parameter {
      choices = List.copyOf(ParameterException.requireNonNull(choices, "choices"));
    }
  }

  /**
   * {@return every op, with its default parameters: per sample, over pairs, of sets, of point
   * clouds}
   */
  public static List<Op> all() {
    return ALL;
  }

  /** {@return the names of all ops, sorted} */
  public static Set<String> names() {
    return NAMES;
  }

  /**
   * {@return an op by name; parameters left out have the defaults of its paper}
   *
   * @param name for instance {@code contrastive}
   * @param parameters by name; texts or numbers
   * @throws ParameterException if the op or a parameter is unknown or out of range
   */
  public static Op of(String name, Map<String, ?> parameters) {
    return parser(name).apply(values(name, parameters));
  }

  /**
   * {@return the parameters that an op takes, in order; which they are may depend on some of them}
   *
   * @param name for instance {@code contrastive}
   * @param given some of them
   * @throws ParameterException as {@link #of}
   */
  public static List<Parameter> parameters(String name, Map<String, ?> given) {
    return values(name, given).described();
  }

  /** The values of parameters, all of which the op has asked for. */
  private static Parameters values(String name, Map<String, ?> given) {
    Parameters values = new Parameters(name, given);
    parser(name).apply(values);
    values.rejectUnknown();
    return values;
  }

  private static Function<Parameters, Op> parser(String name) {
    ParameterException.requireNonNull(name, "the name of an op");
    Function<Parameters, Op> parser = BY_NAME.get(name);
    if (parser == null) {
      throw ParameterException.unknown("op", name, NAMES);
    }
    return parser;
  }
}
