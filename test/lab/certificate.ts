// A key and a self-signed certificate for the lab's server, made by openssl.
import { join } from 'node:path';
import { run } from './commands.ts';

export interface Certificate {
  readonly keyFile: string;
  readonly certificateFile: string;
}

export function makeCertificate(directory: string): Certificate {
  const keyFile = join(directory, 'key.pem');
  const certificateFile = join(directory, 'certificate.pem');
  const subject = ['-subj', '/CN=1.2.3.4', '-addext', 'subjectAltName=IP:1.2.3.4,IP:5.6.7.8,IP:2001:db8::1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  run('openssl', 'req', '-x509', ...key, '-out', certificateFile, '-days', '2', ...subject);
  return { keyFile, certificateFile };
}
