package io.gramian.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.DType;
import io.gramian.Device;
import io.gramian.UnsupportedOpException;
import io.gramian.cli.cases.BoundOp;
import io.gramian.cli.cases.CaseIndex;
import io.gramian.cli.cases.OpInputs;
import io.gramian.cli.cases.OpRunner;
import io.gramian.cli.npz.NpzFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The golden cases as inputs for any op that a device has. */
final class GoldenCases {
  static final Path FOLDER = Path.of("src/test/resources/golden");

  private GoldenCases() {}

  /** The cases whose op the device supports. */
  static List<CaseIndex.Case> of(Device device) {
    return of(FOLDER, device);
  }

  /** The cases of a folder whose op the device supports. */
  static List<CaseIndex.Case> of(Path folder, Device device) {
    List<CaseIndex.Case> cases =
        CaseIndex.read(folder).stream()
            .filter(one -> device.supportedOps().contains(one.op().getClass()))
            .filter(one -> supports(device, folder, one))
            .toList();
    assertThat(cases).as("golden cases for %s", device.name()).isNotEmpty();
    return cases;
  }

  /** Whether the device has the kind of the op that the parameters ask for. */
  private static boolean supports(Device device, Path folder, CaseIndex.Case one) {
    try (BoundOp _ = bind(device, folder, one, DType.F32)) {
      return true;
    } catch (UnsupportedOpException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Plans a case for all outputs, its inputs rounded to a type. */
  static BoundOp bind(Device device, CaseIndex.Case one, DType rounding) throws IOException {
    return bind(device, FOLDER, one, rounding);
  }

  private static BoundOp bind(Device device, Path folder, CaseIndex.Case one, DType rounding)
      throws IOException {
    return new OpRunner(device, rounding, false)
        .bind(one.op(), OpInputs.select(NpzFormat.read(folder.resolve(one.file()))));
  }

  /** The bits of all outputs; of a NaN too. */
  static Map<String, List<Long>> bits(BoundOp bound) {
    Map<String, List<Long>> bits = new LinkedHashMap<>();
    bound
        .results()
        .forEach(
            (name, array) ->
                bits.put(
                    name,
                    Arrays.stream(array.toDoubles())
                        .mapToObj(Double::doubleToRawLongBits)
                        .toList()));
    return bits;
  }

  /** Overwrites all outputs with NaN, so that what a run leaves out shows. */
  static void poison(BoundOp bound) {
    bound
        .outputs()
        .asMap()
        .forEach(
            (name, tensor) -> {
              double[] nan = new double[Math.toIntExact(tensor.spec().elements())];
              Arrays.fill(nan, Double.NaN);
              if (tensor.dtype().isFloating()) {
                tensor.copyFrom(nan);
              }
            });
  }
}
