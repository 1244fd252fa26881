import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Holds a folder of what is to be released to the rules of Maven Central (<a
 * href="https://central.sonatype.org/publish/requirements/">requirements</a>) and to those of this
 * project: the licence in each jar, version and date in its manifest, every jar in the BOM.
 *
 * <p>Usage: {@code java CheckStaging.java FOLDER [--signed]}. Exits with 1 after the list of faults.
 */
public final class CheckStaging {
  private static final List<String> CHECKSUMS = List.of("md5", "sha1");
  private static final List<String> REQUIRED =
      List.of("name", "description", "url", "licenses", "developers", "scm");

  private final List<String> faults = new ArrayList<>();
  private final Map<String, Element> poms = new TreeMap<>();

  public static void main(String[] args) throws Exception {
    boolean signed = args.length == 2 && args[1].equals("--signed");
    if (args.length != (signed ? 2 : 1)) {
      System.err.println("usage: java CheckStaging.java FOLDER [--signed]");
      System.exit(2);
    }
    CheckStaging check = new CheckStaging();
    List<Path> files = filesOf(Path.of(args[0]));
    check.readPoms(files);
    check.checkPoms(files);
    check.checkBom(files);
    for (Path file : files) {
      if (isArtifact(file)) {
        check.checkFile(file, signed);
      }
    }
    if (check.poms.isEmpty()) {
      check.faults.add("no artifact in " + args[0]);
    }
    check.faults.forEach(System.err::println);
    System.out.printf(
        "%d artifacts, %s: %s%n",
        check.poms.size(),
        signed ? "signed" : "not signed, which Central wants",
        check.faults.isEmpty() ? "as Maven Central wants them" : check.faults.size() + " faults");
    System.exit(check.faults.isEmpty() ? 0 : 1);
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static boolean isArtifact(Path file) {
    return file.toString().endsWith(".pom") || file.toString().endsWith(".jar");
  }

  private void readPoms(List<Path> files) throws Exception {
    for (Path file : files) {
      if (file.toString().endsWith(".pom")) {
        Document document =
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        poms.put(file.getParent().getParent().getFileName().toString(), document.getDocumentElement());
      }
    }
  }

  private void checkPoms(List<Path> files) {
    poms.forEach(
        (artifact, pom) -> {
          for (String element : REQUIRED) {
            // Central reads what a parent says, but for the name, which is nobody else's.
            if (text(pom, element, !element.equals("name")).isBlank()) {
              faults.add(artifact + ": the pom has no " + element);
            }
          }
          String version = text(pom, "version", false);
          if (version.isEmpty()) {
            version = text(child(pom, "parent"), "version", false);
          }
          if (version.endsWith("-SNAPSHOT")) {
            faults.add(artifact + ": " + version + " is no version of a release");
          }
          if (!text(pom, "packaging", false).equals("pom")) {
            for (String suffix : List.of("", "-sources", "-javadoc")) {
              String name = artifact + "-" + version + suffix + ".jar";
              if (files.stream().noneMatch(file -> file.endsWith(name))) {
                faults.add(artifact + ": there is no " + name);
              }
            }
          }
        });
  }

  private void checkBom(List<Path> files) {
    Element bom = poms.get("gramian-bom");
    String listed =
        bom == null ? "" : text(child(bom, "dependencyManagement"), "dependencies", false);
    for (Map.Entry<String, Element> entry : poms.entrySet()) {
      if (!text(entry.getValue(), "packaging", false).equals("pom")
          && Stream.of(listed.split("\\s+")).noneMatch(entry.getKey()::equals)) {
        faults.add(entry.getKey() + ": not in the BOM");
      }
    }
  }

  private void checkFile(Path file, boolean signed) throws Exception {
    byte[] content = Files.readAllBytes(file);
    for (String checksum : CHECKSUMS) {
      Path beside = Path.of(file + "." + checksum);
      String algorithm = checksum.equals("sha1") ? "SHA-1" : "MD5";
      String expected =
          HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
      if (!Files.exists(beside) || !Files.readString(beside).strip().equals(expected)) {
        faults.add(file + ": no " + checksum + " of it");
      }
    }
    if (signed && !isSigned(file)) {
      faults.add(file + ": no good signature");
    }
    if (file.toString().endsWith(".jar")) {
      checkJar(file);
    }
  }

  private static boolean isSigned(Path file) throws Exception {
    Path signature = Path.of(file + ".asc");
    return Files.exists(signature)
        && new ProcessBuilder("gpg", "--verify", signature.toString(), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()
            == 0;
  }

  private void checkJar(Path file) throws IOException {
    try (JarFile jar = new JarFile(file.toFile())) {
      if (jar.stream().allMatch(entry -> entry.getName().startsWith("META-INF/MANIFEST"))) {
        faults.add(file + ": nothing in it");
      }
      String name = file.getFileName().toString();
      if (name.endsWith("-javadoc.jar") || name.endsWith("-sources.jar")) {
        return;
      }
      if (jar.getEntry("META-INF/LICENSE") == null) {
        faults.add(file + ": no META-INF/LICENSE");
      }
      Manifest manifest = jar.getManifest();
      String version = file.getParent().getFileName().toString();
      String said = manifest.getMainAttributes().getValue("Implementation-Version");
      if (!version.equals(said)) {
        faults.add(file + ": the manifest has Implementation-Version " + said);
      }
      if (manifest.getMainAttributes().getValue("Implementation-Date") == null) {
        faults.add(file + ": the manifest has no Implementation-Date");
      }
    }
  }

  /** The text of an element of a pom, or of its parent in the folder; empty where there is none. */
  private String text(Element pom, String element, boolean inherited) {
    Element found = pom == null ? null : child(pom, element);
    if (found != null) {
      return found.getTextContent().strip();
    }
    Element parent = pom == null || !inherited ? null : child(pom, "parent");
    return parent == null ? "" : text(poms.get(text(parent, "artifactId", false)), element, true);
  }

  private static Element child(Element element, String name) {
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        return child;
      }
    }
    return null;
  }
}
