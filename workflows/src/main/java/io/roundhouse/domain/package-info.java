/**
 * The words of a federation: sites, jobs, artifacts, updates, metrics and the manifests that record
 * them.
 */
package io.roundhouse.domain;
