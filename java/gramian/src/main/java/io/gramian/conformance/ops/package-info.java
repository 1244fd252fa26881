/**
 * The cases of every op, a class for each: those of op {@code Foo} are in {@code FooCases}, and
 * nothing else knows of them.
 */
package io.gramian.conformance.ops;
