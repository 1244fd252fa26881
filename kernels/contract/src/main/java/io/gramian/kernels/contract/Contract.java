package io.gramian.kernels.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All that host and device share, in the order of its declaration, and how names are looked up. */
final class Contract {
  /** The namespace of the device code. */
  private static final String ROOT = "gramian";

  private final List<String> headers = new ArrayList<>();
  private final Map<String, Struct> structs = new LinkedHashMap<>();
  private final Map<String, Enumeration> enumerations = new LinkedHashMap<>();
  private final Map<String, Constant> constants = new LinkedHashMap<>();
  private final Map<String, Location> javaNames = new LinkedHashMap<>();
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<String> images = new ArrayList<>();

  void addHeader(String header) {
    headers.add(header);
  }

  void add(Location location, Struct struct) throws ContractException {
    claim(location, struct.javaName());
    structs.put(struct.name(), struct);
  }

  void add(Location location, Enumeration enumeration) throws ContractException {
    claim(location, enumeration.javaName());
    enumerations.put(enumeration.name(), enumeration);
  }

  void add(Location location, Constant constant) throws ContractException {
    claim(location, constant.namespace() + "::" + constant.name());
    constants.put(constant.namespace() + "::" + constant.name(), constant);
  }

  void add(Kernel kernel) {
    kernels.add(kernel);
  }

  void addImage(String image) {
    images.add(image);
  }

  private void claim(Location location, String name) throws ContractException {
    Location before = javaNames.putIfAbsent(name, location);
    if (before != null) {
      throw new ContractException(location, "'" + name + "' is declared at " + before + " too");
    }
  }

  /** The struct of that name, as code in a namespace sees it; null if there is none. */
  Struct struct(String namespace, String name) {
    return find(structs, namespace, name);
  }

  /** The enum of that name, as code in a namespace sees it; null if there is none. */
  Enumeration enumeration(String namespace, String name) {
    return find(enumerations, namespace, name);
  }

  /** The constant of that name, as code in a namespace sees it; null if there is none. */
  Constant constant(String namespace, String name) {
    return find(constants, namespace, name);
  }

  private static <T> T find(Map<String, T> all, String namespace, String name) {
    for (String scope = namespace; ; scope = scope.substring(0, scope.lastIndexOf("::"))) {
      T found = all.get(scope + "::" + name);
      if (found != null) {
        return found;
      }
      if (!scope.contains("::")) {
        return all.get(name);
      }
    }
  }

  /** The name of the Java class for a name in a namespace: that of the namespace, then its own. */
  static String javaName(String namespace, String name) {
    StringBuilder result = new StringBuilder();
    for (String part : namespace.split("::|_")) {
      if (!part.equals(ROOT)) {
        result.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
      }
    }
    return result + name;
  }

  List<String> headers() {
    return headers;
  }

  List<Struct> structs() {
    return List.copyOf(structs.values());
  }

  List<Enumeration> enumerations() {
    return List.copyOf(enumerations.values());
  }

  List<Constant> constants() {
    return List.copyOf(constants.values());
  }

  List<Kernel> kernels() {
    return kernels;
  }

  List<String> images() {
    return images;
  }
}
