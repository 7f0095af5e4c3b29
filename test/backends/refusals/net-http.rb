# Posts with Ruby's net/http. Arguments: URL, then a file and its type, repeated.
require 'json'
require 'net/http'

uri = URI(ARGV.shift)
ARGV.each_slice(2) do |path, type|
  Net::HTTP.start(uri.host, uri.port) do |http|
    File.open(path, 'rb') do |file|
      request = Net::HTTP::Post.new(uri, 'Content-Type' => type, 'Content-Length' => file.size.to_s)
      request.body_stream = file
      answer = http.request(request)
      puts JSON.generate(status: answer.code.to_i, body: answer.body)
    end
  end
end
