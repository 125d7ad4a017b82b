/**
 * Where artifacts live: a store on any S3-compatible endpoint, the names of a job's files, and
 * safetensors.
 */
package io.roundhouse.storage;
