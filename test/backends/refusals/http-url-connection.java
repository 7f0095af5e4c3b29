import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Posts with HttpURLConnection, which writes the whole body before it reads. Arguments: URL, then a file and its type, repeated. */
class PostWithHttpUrlConnection {
  public static void main(String[] args) throws Exception {
    for (int at = 1; at < args.length; at += 2) {
      Path file = Path.of(args[at]);
      HttpURLConnection connection = (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
      connection.setRequestMethod("POST");
      connection.setDoOutput(true);
      connection.setFixedLengthStreamingMode(Files.size(file));
      connection.setRequestProperty("Content-Type", args[at + 1]);
      try (var sending = connection.getOutputStream()) {
        Files.copy(file, sending);
      }
      int status = connection.getResponseCode();
      String body = new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      String escaped = body.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      System.out.println("{\"status\":" + status + ",\"body\":\"" + escaped + "\"}");
    }
  }
}
