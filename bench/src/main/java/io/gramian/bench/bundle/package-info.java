/**
 * {@code gramian bundle}: the command with all that it needs in one archive, for machines that have
 * neither a JDK nor a network.
 */
package io.gramian.bench.bundle;
