package io.roundhouse.storage;

import io.roundhouse.domain.Text;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.Response;

/** Lists objects through a gateway, page by page. */
final class GatewayListing {
  private static final int MOST_BYTES = 4 << 20;

  private final GatewayClient client;

  /** What a gateway answers. */
  record Page(List<StoredObject> artifacts, boolean more) {}

  GatewayListing(GatewayClient client) {
    this.client = client;
  }

  List<StoredObject> all(String prefix) {
    List<StoredObject> all = new ArrayList<>();
    Page page;
    do {
      String after = all.isEmpty() ? "" : all.get(all.size() - 1).path();
      page = client.patiently(progress -> page(prefix, after));
      all.addAll(page.artifacts);
    } while (page.more && !page.artifacts.isEmpty());
    return List.copyOf(all);
  }

  private Page page(String prefix, String after) throws java.io.IOException {
    HttpUrl.Builder url =
        client.url().addPathSegments("v1/artifacts").addQueryParameter("prefix", prefix);
    if (!after.isEmpty()) {
      url.addQueryParameter("after", after);
    }
    Request request =
        new Request.Builder().url(url.build()).header("Accept-Encoding", "identity").build();
    try (Response response = client.send(request)) {
      if (response.code() != 200) {
        throw GatewayClient.refused(prefix, response);
      }
      byte[] json = response.body().byteStream().readNBytes(MOST_BYTES + 1);
      if (json.length > MOST_BYTES) {
        throw new CorruptArtifactException(
            "the listing of " + Text.quote(prefix) + " is longer than any should be");
      }
      return Json.read(json, Page.class);
    }
  }
}
