package io.gramian.bench;

import io.gramian.bench.report.Line;
import java.util.List;
import java.util.function.Supplier;

/**
 * One subject, all sides of it.
 *
 * @param title for people
 * @param seconds about how long it takes, for the progress bar
 * @param work checks that results are right, then measures; throws {@link DisagreementException} if
 *     they differ from what they must be, {@link io.gramian.UnsupportedOpException} if the device
 *     lacks the op
 */
public record Job(String title, double seconds, Supplier<List<Line>> work) {}
