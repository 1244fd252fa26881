package io.gramian.kernels.contract;

/** A header or source that the contract cannot be read from: names the place and what is wrong. */
final class ContractException extends Exception {
  private static final long serialVersionUID = 1L;

  ContractException(Location location, String message) {
    super(location + ": " + message);
  }
}
