package io.gramian.cli.profile;

/**
 * What a line of the sources did in a kernel.
 *
 * @param kernel the kernel
 * @param file the source, relative to the project; empty where the compiler names none
 * @param line its number
 * @param function the function that it was inlined from; empty in the kernel itself
 * @param counts what was counted
 */
public record LineProfile(String kernel, String file, int line, String function, Counts counts) {}
