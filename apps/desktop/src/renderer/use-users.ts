// The users of this machine for a page: who `alice` is in a search, and who user 1000 is in a record. Read once for each page.
import { useEffect, useState } from 'react';
import { useDesktop } from './use-desktop.tsx';
import { Users } from './users.ts';

/** Undefined until they are read. */
export function useUsers(): Users | undefined {
  const { api } = useDesktop();
  const [users, setUsers] = useState<Users>();
  useEffect(() => {
    let isLeft = false;
    void api.listUsers().then((outcome) => {
      if (!isLeft) setUsers(new Users(outcome.ok ? outcome.value : []));
    });
    return () => {
      isLeft = true;
    };
  }, [api]);
  return users;
}
