package io.roundhouse.workflows;

/**
 * What was removed.
 *
 * @param objects artifacts, manifests and reports in the store
 */
public record Deleted(int objects) {}
