/** The processes of a federation: a server and a site, each started from its startup kit. */
package io.roundhouse.node;
