package io.gramian.bench.report;

/**
 * Who did the work of a line.
 *
 * @param role whose it is
 * @param name {@code gramian}, or the other library with what matters of it
 * @param version of it
 * @param device where it ran: {@code cpu}, {@code cuda}, {@code emulated} or {@code reference}
 * @param threads that it used on the host
 */
public record Contestant(Role role, String name, String version, String device, int threads) {
  /** Whose a line is. */
  public enum Role {
    /** This library. */
    OURS,
    /** Another library doing the same. */
    PEER,
    /** What the machine can do at most, measured in the same run. */
    LIMIT
  }

  /** This library on a backend. */
  public static Contestant ours(String backend, int threads) {
    String version = Contestant.class.getPackage().getImplementationVersion();
    return new Contestant(Role.OURS, "gramian", version == null ? "" : version, backend, threads);
  }

  /** Another library. */
  public static Contestant peer(String name, String version, String device, int threads) {
    return new Contestant(Role.PEER, name, version, device, threads);
  }

  /** A ceiling of the machine. */
  public static Contestant limit(String name, String device, int threads) {
    return new Contestant(Role.LIMIT, name, "", device, threads);
  }

  /** For people: the device matters where it is ours. */
  public String title() {
    return role == Role.OURS ? name + " (" + device + ")" : name;
  }
}
