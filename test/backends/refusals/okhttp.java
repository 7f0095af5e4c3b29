import java.io.File;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;

/** Posts with OkHttp, which writes the whole body before it reads. Arguments: URL, then a file and its type, repeated. */
class PostWithOkHttp {
  public static void main(String[] args) throws Exception {
    OkHttpClient client = new OkHttpClient();
    for (int at = 1; at < args.length; at += 2) {
      RequestBody body = RequestBody.create(MediaType.parse(args[at + 1]), new File(args[at]));
      try (var answer = client.newCall(new Request.Builder().url(args[0]).post(body).build()).execute()) {
        String escaped = answer.body().string().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        System.out.println("{\"status\":" + answer.code() + ",\"body\":\"" + escaped + "\"}");
      }
    }
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
