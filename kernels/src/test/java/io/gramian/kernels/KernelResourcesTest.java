package io.gramian.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.kernels.compiler.ImageSource;
import io.gramian.kernels.compiler.PtxasReport;
import io.gramian.kernels.compiler.PtxasReport.Resources;
import io.gramian.kernels.compiler.ResourceTable;
import io.gramian.kernels.compiler.SourceTree;
import io.gramian.kernels.compiler.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reads what ptxas reported about every image that this module built. */
class KernelResourcesTest {
  private static final Path SOURCES = Path.of(System.getProperty("gramian.kernels.sources"));
  private static final Path IMAGES = Path.of(System.getProperty("gramian.kernels.images"));
  private static final Path TABLE = Path.of(System.getProperty("gramian.kernels.resources"));
  private static final List<Target> TARGETS =
      Target.parseList(System.getProperty("gramian.kernels.targets"));

  private static final String PTX = ".ptx";
  private static final Pattern FILE = Pattern.compile("\\.file\\s+\\d+\\s+\"([^\"]+)\"");
  private static final Pattern ENTRY = Pattern.compile("\\.visible \\.entry (\\w+)\\(");

  @TestFactory
  Stream<DynamicTest> everyImageIsBuilt() throws Exception {
    return forEachImage(
        (target, name) -> {
          if (target.hasPtx()) {
            assertThat(file(target, name, PTX)).isNotEmptyFile();
          }
          if (target.hasCubin()) {
            assertThat(file(target, name, ".cubin")).isNotEmptyFile();
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> noKernelSpillsOrHasAStackFrame() throws Exception {
    return forEachImage(
        (target, name) -> {
          if (!target.hasCubin()) {
            return;
          }
          Map<String, Resources> kernels = report(target, name);
          SoftAssertions.assertSoftly(
              softly ->
                  kernels.forEach(
                      (kernel, resources) -> {
                        softly.assertThat(resources.spillStoreBytes()).as(kernel).isZero();
                        softly.assertThat(resources.spillLoadBytes()).as(kernel).isZero();
                        softly.assertThat(resources.stackBytes()).as(kernel).isZero();
                      }));
        });
  }

  /** Without this, a report that lost its lines would count as free of spills. */
  @TestFactory
  Stream<DynamicTest> reportsNameEveryKernelOfTheSource() throws Exception {
    return forEachImage(
        (target, name) -> {
          if (!target.hasCubin() || !target.hasPtx()) {
            return;
          }
          assertThat(report(target, name).keySet())
              .isNotEmpty()
              .containsExactlyInAnyOrderElementsOf(entriesOfPtx(target, name));
        });
  }

  @Test
  void theTableHasEveryKernelOfEveryTarget() throws Exception {
    List<String> expected = new ArrayList<>();
    for (Target target : TARGETS) {
      if (target.hasCubin()) {
        for (String name : names()) {
          report(target, name)
              .keySet()
              .forEach(kernel -> expected.add(target.architecture() + "," + kernel));
        }
      }
    }
    List<String> lines = Files.readAllLines(TABLE);
    assertThat(lines.getFirst()).isEqualTo(ResourceTable.HEADER);
    assertThat(lines.stream().skip(1).map(line -> line.replaceFirst("^(\\w+,\\w+),.*", "$1")))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  /** Names from the machine that compiled it would make images differ from machine to machine. */
  @TestFactory
  Stream<DynamicTest> lineInformationNamesFilesOfTheProject() throws Exception {
    return forEachImage(
        (target, name) -> {
          if (!target.hasPtx()) {
            return;
          }
          List<String> files =
              FILE.matcher(Files.readString(file(target, name, PTX)))
                  .results()
                  .map(match -> match.group(1))
                  .toList();
          assertThat(files).isNotEmpty().allMatch(file -> file.startsWith("kernels/"));
        });
  }

  private static Set<String> entriesOfPtx(Target target, String name) throws IOException {
    return ENTRY
        .matcher(Files.readString(file(target, name, PTX)))
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  private interface ImageCheck {
    void check(Target target, String name) throws Exception;
  }

  private static Stream<DynamicTest> forEachImage(ImageCheck check) throws Exception {
    List<String> names = names();
    return TARGETS.stream()
        .flatMap(
            target ->
                names.stream()
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                target.architecture() + "/" + name,
                                () -> check.check(target, name))));
  }

  private static List<String> names() throws Exception {
    return new SourceTree(SOURCES, SOURCES, SOURCES)
        .images().stream().map(ImageSource::name).toList();
  }

  private static Path file(Target target, String name, String suffix) {
    String folder = suffix.equals(PTX) ? target.ptxFolder() : target.cubinFolder();
    return IMAGES.resolve(folder).resolve(name + suffix);
  }

  private static Map<String, Resources> report(Target target, String name) throws Exception {
    Path file = file(target, name, ".ptxas.txt");
    assertThat(file).isRegularFile();
    return PtxasReport.parse(Files.readString(file)).kernels();
  }
}
