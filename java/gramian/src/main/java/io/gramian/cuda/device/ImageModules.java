package io.gramian.cuda.device;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The jars of images on the module path. No program requires them, so that Java leaves them out of
 * its modules, where class loaders do not see them.
 */
final class ImageModules {
  private static final List<String> NAMES = List.of("io.gramian.kernels", "io.gramian.emulated");
  private static final List<ModuleReader> READERS = open(System.getProperty("jdk.module.path", ""));

  private ImageModules() {}

  /** A resource of one of these jars; null if none has it. */
  static URL find(String path) {
    try {
      for (ModuleReader reader : READERS) {
        Optional<URI> found = reader.find(path);
        if (found.isPresent()) {
          return found.get().toURL();
        }
      }
      return null;
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Readers that stay open as long as the process, as those of class loaders do. */
  static List<ModuleReader> open(String modulePath) {
    Path[] entries =
        Stream.of(modulePath.split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toArray(Path[]::new);
    ModuleFinder finder = ModuleFinder.of(entries);
    List<ModuleReader> readers = new ArrayList<>();
    for (String name : NAMES) {
      finder
          .find(name)
          .ifPresent(
              module -> {
                try {
                  readers.add(module.open());
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
    return readers;
  }
}
