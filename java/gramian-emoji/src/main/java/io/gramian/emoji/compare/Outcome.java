package io.gramian.emoji.compare;

import io.gramian.emoji.measure.Measurement;
import java.util.Map;

/**
 * What one training came to.
 *
 * @param seed it started from
 * @param epochs it took
 * @param seconds it took
 * @param temperatures that it started with, by part of the loss
 * @param heldOut what held-out samples say at the end
 */
public record Outcome(
    long seed, int epochs, double seconds, Map<String, Double> temperatures, Measurement heldOut) {}
