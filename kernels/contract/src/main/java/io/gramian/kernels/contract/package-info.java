/**
 * Reads what host and device share out of the kernel sources and writes it as Java. Runs from its
 * sources ({@code java Main.java}), so that the library depends on no artifact of the build.
 */
package io.gramian.kernels.contract;
