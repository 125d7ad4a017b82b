package io.roundhouse.connection;

import static java.util.Objects.requireNonNull;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Lets gRPC connect to the first of several gateways that answers. Each is known by its own name,
 * so that its certificate is checked for the address that was dialled.
 */
public final class GatewayAddresses extends NameResolverProvider {
  private static final String SCHEME = "roundhouse";

  static {
    NameResolverRegistry.getDefaultRegistry().register(new GatewayAddresses());
  }

  private GatewayAddresses() {}

  /**
   * The gRPC target that stands for the gateways.
   *
   * @param addresses {@code host:port} each, at least one
   */
  public static String target(Collection<String> addresses) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("there is no gateway");
    }
    return SCHEME + ":///" + String.join(",", addresses);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    // Asked for its own scheme only.
    return 0;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
    List<String> addresses = List.of(requireNonNull(target.getPath()).substring(1).split(","));
    return new Listed(addresses);
  }

  private static final class Listed extends NameResolver {
    private final List<String> addresses;
    private Listener2 listener = new Unheard();

    Listed(List<String> addresses) {
      this.addresses = addresses;
    }

    @Override
    public String getServiceAuthority() {
      return addresses.get(0);
    }

    @Override
    public void start(Listener2 theListener) {
      listener = theListener;
      refresh();
    }

    /** Names are looked up anew, as an address may have changed. */
    @Override
    public void refresh() {
      listener.onResult2(
          ResolutionResult.newBuilder()
              .setAddressesOrError(
                  StatusOr.fromValue(addresses.stream().map(Listed::address).toList()))
              .build());
    }

    private static EquivalentAddressGroup address(String text) {
      int colon = text.lastIndexOf(':');
      String host = text.substring(0, colon).replaceAll("^\\[|]$", "");
      return new EquivalentAddressGroup(
          new InetSocketAddress(host, Integer.parseInt(text.substring(colon + 1))),
          Attributes.newBuilder()
              .set(EquivalentAddressGroup.ATTR_AUTHORITY_OVERRIDE, text)
              .build());
    }

    @Override
    public void shutdown() {
      listener = new Unheard();
    }
  }

  /** Before the start and after the end nobody listens. */
  private static final class Unheard extends NameResolver.Listener2 {
    @Override
    public void onResult(NameResolver.ResolutionResult result) {}

    @Override
    public void onError(io.grpc.Status error) {}
  }
}
