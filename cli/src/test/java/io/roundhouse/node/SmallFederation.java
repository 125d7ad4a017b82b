package io.roundhouse.node;

import io.roundhouse.kit.Kit;
import io.roundhouse.provisioning.Delivery;
import io.roundhouse.provisioning.FederationFile;
import io.roundhouse.provisioning.Passphrase;
import io.roundhouse.provisioning.Provisioner;
import io.roundhouse.provisioning.Workspace;
import io.roundhouse.storage.ArtifactStore;
import io.roundhouse.storage.EmbeddedStore;
import java.nio.file.Path;
import java.time.Clock;

/** An authority, its kits for the server central and the sites berlin and lab, and a store. */
final class SmallFederation implements AutoCloseable {
  static final String PASSPHRASE = "a long passphrase";

  /** Its workspace. */
  static final String FIRST = "first";

  final ArtifactStore store;
  final Provisioner authority;
  private final Path folder;
  private final EmbeddedStore objects;

  SmallFederation(Path folder) {
    this.folder = folder;
    objects = EmbeddedStore.start(folder.resolve("objects"));
    store = ArtifactStore.connect(objects.config());
    authority = provision(FIRST);
  }

  /** Another one of the same name, with an authority of its own. */
  Provisioner provision(String workspace) {
    FederationFile file =
        FederationFile.parse(
            """
            apiVersion: roundhouse/v1
            kind: Federation
            name: demo
            organisations: [here]
            servers:
              central: {addresses: ["127.0.0.1:8443"]}
            sites:
              berlin: {}
              lab: {}
            """);
    Provisioner made =
        Provisioner.create(
            Workspace.of(folder.resolve(workspace), "demo"),
            file.spec().validity(),
            Passphrase.of(PASSPHRASE.toCharArray()),
            Passphrase.of(PASSPHRASE.toCharArray()),
            Clock.systemUTC());
    made.provision(file, new Delivery.Folders(), false);
    return made;
  }

  Kit kit(String member) {
    return kit(FIRST, member);
  }

  Kit kit(String workspace, String member) {
    return Kit.open(folder.resolve(workspace).resolve("demo/kits-0001").resolve(member));
  }

  @Override
  public void close() {
    authority.close();
    store.close();
    objects.close();
  }
}
