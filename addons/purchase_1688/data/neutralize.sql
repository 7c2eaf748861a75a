-- a copy cannot spend: no keys, no tokens, no addresses for messages, nothing waiting to go out
UPDATE purchase_1688_account
   SET app_secret_cipher = NULL,
       access_token_cipher = NULL,
       refresh_token_cipher = NULL,
       binding = NULL,
       database_uuid = NULL,
       oauth_state = NULL,
       push_token = 'neutralized-' || id,
       state = 'draft',
       spending_stopped = TRUE;
UPDATE purchase_1688_attempt
   SET state = 'cancelled',
       error_message = 'Database neutralized'
 WHERE state IN ('ready', 'calling', 'answered', 'unknown');
UPDATE purchase_1688_event
   SET state = 'ignored'
 WHERE state = 'new';
