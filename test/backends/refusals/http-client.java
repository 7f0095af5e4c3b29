import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;

/** Posts with java.net.http.HttpClient. Arguments: URL, then a file and its type, repeated. */
class PostWithHttpClient {
  public static void main(String[] args) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    for (int at = 1; at < args.length; at += 2) {
      var request = HttpRequest.newBuilder(URI.create(args[0]))
          .header("Content-Type", args[at + 1])
          .POST(HttpRequest.BodyPublishers.ofFile(Path.of(args[at])))
          .build();
      var answer = client.send(request, BodyHandlers.ofString());
      String escaped = answer.body().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      System.out.println("{\"status\":" + answer.statusCode() + ",\"body\":\"" + escaped + "\"}");
    }
  }
}
