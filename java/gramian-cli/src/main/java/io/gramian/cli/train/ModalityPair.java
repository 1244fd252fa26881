package io.gramian.cli.train;

import io.gramian.cli.emoji.Modality;

/**
 * A direction of retrieval.
 *
 * @param query the modality that asks
 * @param candidate the modality that is searched
 */
public record ModalityPair(Modality query, Modality candidate) {}
