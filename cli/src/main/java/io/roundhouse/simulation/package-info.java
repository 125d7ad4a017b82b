/**
 * A whole federation in one JVM: in-process Temporal, an S3 store on a folder, the server and its
 * sites.
 */
package io.roundhouse.simulation;
