<?php
// Posts with PHP's curl and one handle. Arguments: URL, then a file and its type, repeated.
$url = $argv[1];
$handle = curl_init($url);
foreach (array_chunk(array_slice($argv, 2), 2) as [$path, $type]) {
    $file = fopen($path, 'rb');
    curl_setopt_array($handle, [
        CURLOPT_UPLOAD => true,
        CURLOPT_CUSTOMREQUEST => 'POST',
        CURLOPT_INFILE => $file,
        CURLOPT_INFILESIZE => filesize($path),
        CURLOPT_HTTPHEADER => ["Content-Type: $type"],
        CURLOPT_RETURNTRANSFER => true,
    ]);
    $body = curl_exec($handle);
    if ($body === false) {
        fwrite(STDERR, curl_error($handle) . "\n");
        exit(1);
    }
    echo json_encode(['status' => curl_getinfo($handle, CURLINFO_RESPONSE_CODE), 'body' => $body]), "\n";
}
